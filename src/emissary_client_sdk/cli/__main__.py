"""``python -m emissary_client_sdk.cli``: the same as the command ``emissary``."""

from . import main

if __name__ == "__main__":
    main()
