"""Reach the platform through a proxy, with a custom certificate."""

import os
import ssl

import httpx

from emissary_client_sdk import EmissaryClient


def main() -> None:
    """List the jobs of a project."""
    # None: the certificates that the system trusts.
    context = ssl.create_default_context(cafile=os.environ.get("COMPANY_CA"))
    with httpx.Client(
        proxy=os.environ.get("COMPANY_PROXY"),  # http://user:password@host:port
        verify=context,
        timeout=httpx.Timeout(60, connect=5),
    ) as http_client:
        emissary = EmissaryClient(client=http_client)
        jobs = emissary.training_jobs.list(project_id="my-project")
        print(len(jobs), "jobs")


if __name__ == "__main__":
    main()
