"""Classify with Ray Data: python ray_classify.py MODEL texts.parquet labels."""

import sys
from typing import Any

import pandas as pd
import ray
from ray.data import SaveMode

from emissary_client_sdk import EmissaryClient

RECORDS = 250  # of a block, which is repeated if its worker is lost


class Classifier:
    """A worker, with a client of its own."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.client = EmissaryClient()

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        """Add a label for each text, or the error of its request."""
        answers: list[Any] = self.client.classification.create_many(
            model=self.model,
            inputs=batch["text"],
            return_exceptions=True,  # a text that is refused costs no other answer
        )
        errors = [str(a) if isinstance(a, Exception) else "" for a in answers]
        labels = [getattr(a, "best_label", None) or "" for a in answers]
        return batch.assign(label=labels, error=errors)


def main(model: str, source: str, target: str) -> None:
    """Classify the column text on two workers."""
    ray.init(num_cpus=2, include_dashboard=False)
    texts = ray.data.read_parquet(source)
    texts.repartition(target_num_rows_per_block=RECORDS).map_batches(
        Classifier,
        fn_constructor_args=(model,),
        batch_size=RECORDS,
        batch_format="pandas",
        compute=ray.data.ActorPoolStrategy(size=2),
        num_cpus=0.5,  # it waits for answers, so others may use the processor
    ).write_parquet(target, mode=SaveMode.OVERWRITE)
    print(ray.data.read_parquet(target).count(), "records")


if __name__ == "__main__":
    main(*sys.argv[1:])
