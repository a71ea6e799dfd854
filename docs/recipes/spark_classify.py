"""Classify with PySpark: python spark_classify.py MODEL texts.parquet labels."""

import functools
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from emissary_client_sdk import EmissaryClient


@functools.cache
def emissary() -> EmissaryClient:
    """Return the client of this process."""
    return EmissaryClient()


def classifier(
    model: str,
) -> Callable[[Iterable[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """Return a function that classifies the data frames of a partition."""

    def classify(frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            answers: list[Any] = emissary().classification.create_many(
                model=model,
                inputs=frame["text"],
                return_exceptions=True,  # a text that is refused costs no other answer
            )
            errors = [str(a) if isinstance(a, Exception) else "" for a in answers]
            labels = [getattr(a, "best_label", None) or "" for a in answers]
            yield frame.assign(label=labels, error=errors)

    return classify


def main(model: str, source: str, target: str) -> None:
    """Classify the column text on two workers."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 100)
        .getOrCreate()
    )
    with spark:
        spark.sparkContext.addPyFile(__file__)  # so that the workers import it
        importable: Any = importlib.import_module("spark_classify")

        frame = spark.read.parquet(source).repartition(8)
        added = [StructField(name, StringType()) for name in ("label", "error")]
        schema = StructType([*frame.schema, *added])
        labeled = frame.mapInPandas(importable.classifier(model), schema)
        labeled.write.mode("overwrite").parquet(target)
        print(spark.read.parquet(target).count(), "records")


if __name__ == "__main__":
    main(*sys.argv[1:])
