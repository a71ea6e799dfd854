"""Evaluate a deployed classifier with scikit-learn's report."""

import json
import os
from pathlib import Path

from sklearn.metrics import classification_report

from emissary_client_sdk import EmissaryClient

MODEL = os.environ.get("MODEL", "reviews-1")
DATA = Path(os.environ.get("DATA", "reviews.jsonl"))


def main() -> None:
    """Classify the prompts of a test file and compare with its labels."""
    records = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    expected = [max(each["completion"], key=each["completion"].get) for each in records]
    with EmissaryClient() as client:
        answers = client.classification.create_many(
            model=MODEL,
            inputs=[each["prompt"] for each in records],
            data_format="probs",
            max_concurrency=20,
        )
    predicted = [answer.best_label for answer in answers]
    print(classification_report(expected, predicted, zero_division=0))


if __name__ == "__main__":
    main()
