"""Fork while a thread sends its first request, and print the children's exit status."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings

from emissary_client_sdk._transport.client import DefaultClient

SECONDS = 5  # after which a hanging child is killed


def main(url: str) -> None:
    """Fork twenty times, each time a little later."""
    warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of a fork with threads
    for number in range(20):
        client = DefaultClient()
        thread = threading.Thread(target=client.send, args=[client.build_request("GET", url)])
        thread.start()
        time.sleep(number * 0.0002)
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
            status = client.send(client.build_request("GET", url)).status_code
            os._exit(0 if status == 200 else 1)
        thread.join()
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        client.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
