"""Train on a pandas DataFrame and test on a Hugging Face Dataset."""

import pandas
from datasets import Dataset

from emissary_client_sdk import EmissaryClient

LABELS = ("good", "bad")


def completion(label: str) -> dict[str, int]:
    """Return a label as the platform expects it: 1 for the right one, 0 for others."""
    return {each: int(each == label) for each in LABELS}


def training_data() -> pandas.DataFrame:
    """Return the rows to train on, with the columns of a classification file."""
    texts = [f"{word} quality." for word in ("Great", "Poor") for _ in range(20)]
    labels = [label for label in LABELS for _ in range(20)]
    frame = pandas.DataFrame({"text": texts, "label": labels})
    frame["text"] = frame["text"] + " Order " + frame.index.astype(str)
    frame["completion"] = frame["label"].map(completion)
    return frame.rename(columns={"text": "prompt"}).drop(columns="label")


def test_data() -> Dataset:
    """Return the rows to test on, from a Dataset with other columns."""
    rows = Dataset.from_dict(
        {
            "text": [f"Item {number}, as ordered." for number in range(40)],
            "label": [number % 2 for number in range(40)],
        }
    )
    return rows.map(
        lambda row: {
            "prompt": row["text"],
            "completion": completion(LABELS[row["label"]]),
        },
        remove_columns=["text", "label"],
    )


def main() -> None:
    """Upload both and train."""
    with EmissaryClient() as client:
        project = client.projects.create(request_body={"name": "data frames"})
        train = client.datasets.upload(
            project_id=project.id, file=training_data(), name="train"
        )
        test = client.datasets.upload(
            project_id=project.id, file=test_data(), name="test"
        )
        job = client.training_jobs.create_and_wait(
            project_id=project.id,
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": train.id,
                "test_dataset_id": test.id,
                "task_type": "classification",
            },
        )
        loss = pandas.DataFrame(job.loss_records())
        print(job.status, len(loss), "points of loss")


if __name__ == "__main__":
    main()
