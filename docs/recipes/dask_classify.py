"""Classify with Dask: python dask_classify.py MODEL texts.parquet labels."""

import sys
from typing import Any

import dask.dataframe as dd
import pandas as pd
from distributed import Client, LocalCluster, Worker, WorkerPlugin, get_worker

from emissary_client_sdk import EmissaryClient


class Emissary(WorkerPlugin):
    """A client for each worker, also for one that replaces a lost worker."""

    name = "emissary"

    def setup(self, worker: Worker) -> None:
        """Create the client when the worker starts."""
        self.client = EmissaryClient()

    def teardown(self, worker: Worker) -> None:
        """Close the client when the worker stops."""
        self.client.close()


def classify(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """Add a label for each text, or the error of its request."""
    plugins: Any = get_worker().plugins
    client: EmissaryClient = plugins["emissary"].client
    answers: list[Any] = client.classification.create_many(
        model=model,
        inputs=frame["text"],
        return_exceptions=True,  # a text that is refused costs no other answer
    )
    errors = [str(a) if isinstance(a, Exception) else "" for a in answers]
    labels = [getattr(a, "best_label", None) or "" for a in answers]
    return frame.assign(label=labels, error=errors)


def main(model: str, source: str, target: str) -> None:
    """Classify the column text on two workers."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as here,
        Client(here) as dask,
    ):
        dask.register_plugin(Emissary())
        frame = dd.read_parquet(source, split_row_groups=True)
        meta = frame.head(1).head(0).assign(label="", error="")
        labeled = frame.map_partitions(classify, model, meta=meta)
        labeled.to_parquet(target, overwrite=True)
        print(len(dd.read_parquet(target)), "records")


if __name__ == "__main__":  # Dask's workers import this file
    main(*sys.argv[1:])
