"""Jobs of an emulator that learns, as a client sees them."""

import contextlib

import pytest

from emissary_client_sdk import errors, models

from .conftest import Platform
from .data import lines, reviews, tickets

Status = models.TrainingJobStatus


def test_job_reports_its_training(platform: Platform, job: str) -> None:
    """The loss falls from chance, checkpoints are numbered like the epochs, and results are measured."""
    detail = platform.wait(job)
    losses = [point.loss or 0 for point in detail.training_loss or []]
    assert losses[0] == pytest.approx(0.693, abs=0.001)
    assert len(losses) == 6
    assert losses == sorted(losses, reverse=True)
    checkpoints = platform.checkpoints(job)
    assert [checkpoint.checkpoint for checkpoint in checkpoints] == [1, 2, 3, 4, 5]
    assert set(checkpoints[0].metrics) == {"loss", "accuracy", "f1", "precision", "recall"}
    assert checkpoints[4].metrics["accuracy"] >= 0.95
    assert checkpoints[4].metrics["loss"] < checkpoints[0].metrics["loss"]


def test_results_are_those_of_the_test_dataset(platform: Platform) -> None:
    """All its labels are wrong."""
    test = reviews(50, wrong=1, seed=9)
    job = platform.train(reviews(200), test_dataset_id=platform.upload(test), parameters={"num_train_epochs": 2})
    assert [checkpoint.metrics["accuracy"] for checkpoint in platform.checkpoints(job)][1] <= 0.05


def test_deleted_job_has_no_models(platform: Platform) -> None:
    """Its deployments keep answering, until they are deleted."""
    job = platform.train(reviews(100), parameters={"num_train_epochs": 2})
    model = platform.deploy(job, 1)
    assert platform.stored_models(job) == 2
    platform.client.training_jobs.delete(project_id=platform.project, training_job_id=job)
    assert platform.stored_models(job) == 0
    answer = platform.client.classification.create(model=model, input="The lamp is broken.")
    assert answer.best_label == "bad"
    deployments = platform.client.deployments
    (one,) = (one for one in deployments.list(project_id=platform.project) if one.name == model)
    assert platform.stored_models(one.id) == 1
    deployments.delete(project_id=platform.project, deployment_id=one.id)
    assert platform.stored_models(one.id) == 0


def test_training_that_fails(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """The job is Failed, and the log has the reason."""
    content = b"input,expected_output\na lamp,five\na phone,six\n" * 5
    job = platform.start(platform.upload(content), "regression")
    with pytest.raises(errors.TrainingJobFailed):
        platform.wait(job)
    assert f"training job {job} failed: record 1 of the dataset is not one for regression" in caplog.text
    assert platform.checkpoints(job) == []


ONE_CLASS = [{"prompt": f"text {number}", "completion": {"good": 1, "bad": 0}} for number in range(20)]
MANY_LABELS = [
    {"prompt": f"text {one}", "completion": {f"label {other}": int(one == other) for other in range(1001)}}
    for one in range(2)
]
MANY_CLASSES = b"input,expected_output\n" + b"".join(b"text,class %d\n" % number for number in range(1001))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lines(ONE_CLASS), "train_dataset_id: the dataset has one class only"),
        (lines(MANY_LABELS), "train_dataset_id: the dataset has more than 1,000 labels"),
        (MANY_CLASSES, "train_dataset_id: the dataset has more than 1,000 labels"),
        (
            lines([{"prompt": "text", "completion": 1.5}]),
            "train_dataset_id: the records of this dataset are for regression, not for classification",
        ),
    ],
    ids=["one-class", "labels", "classes", "task"],
)
def test_dataset_that_cannot_be_learned(platform: Platform, content: bytes, message: str) -> None:
    """It is refused when the job is created."""
    with pytest.raises(errors.APIErrorInvalidInput, match=message):
        platform.start(platform.upload(content))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("num_train_epochs", 0, "must be a whole number from 1 to 1000, not 0"),
        ("num_train_epochs", 2.5, "must be a whole number from 1 to 1000, not 2.5"),
        ("learning_rate", "fast", "must be a number, not 'fast'"),
        ("learning_rate", 0, "must be a positive number, not 0"),
        ("learning_rate", True, "must be a number, not True"),
        ("downsample_size", 101, "must be a positive number of at most 100, not 101"),
        ("seed", -1, "must be a whole number from 0 to 4294967295, not -1"),
    ],
)
def test_hyperparameter_that_is_not_valid(platform: Platform, name: str, value: object, message: str) -> None:
    """The error names it. Without the SDK's own checks, which warn of some."""
    fields = {"train_dataset_id": platform.upload(reviews(20)), "parameters": {name: value}}
    body = {"base_model": "llama", "task_type": "classification", **fields}
    with pytest.raises(errors.APIErrorInvalidInput, match=f"parameters.{name}: {message}"):
        platform.client.request("POST", f"/v1/projects/{platform.project}/training-jobs", json=body)


def test_job_that_cannot_learn_is_made_up(platform: Platform) -> None:
    """Its dataset was never uploaded, its records have images, it shall fail, or its task is not known."""
    dataset = platform.upload(reviews(20))
    image = {"prompt": {"content": [{"type": "image", "image": "https://x/1"}] * 2}, "completion": {"violation": 1}}
    jobs = [
        platform.start("ds-of-another-place"),
        platform.start(dataset, test_dataset_id="ds-of-another-place"),
        platform.start(platform.upload([image])),
        platform.start(dataset, parameters={"emulator_outcome": "Failed"}),
    ]
    numbers = [[one.checkpoint for one in platform.checkpoints(job)] for job in jobs]
    assert numbers == [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1]]
    answer = platform.client.classification.create(model=platform.deploy(jobs[0], 3), input="x")
    assert "made this answer up" in str(answer.model_extra)


def test_rewards_are_functions_of_the_program(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """GRPO calls them; they are listed with their source texts, and one that fails is in the log."""
    functions = {function.name: function for function in platform.client.testing_functions.list()}
    assert "1 / (1 + len(predicted))" in (functions["shortest"].content or "")
    dataset = platform.upload([{"prompt": "say hi", "completion": text} for text in ("Hello there", "Hi", "Hey")])
    for name, status in (("shortest", Status.SUCCESS), ("failing", Status.FAILED)):
        job = platform.client.training_jobs.create_grpo(
            project_id=platform.project,
            request_body={
                "base_model": "llama",
                "train_dataset_id": dataset,
                "test_dataset_id": dataset,
                "test_functions": [name],
                "reward": {name: 1},
                "parameters": {"num_train_epochs": 1},
            },
        )
        with contextlib.suppress(errors.TrainingJobFailed):
            platform.wait(job.id)
        detail = platform.client.training_jobs.retrieve(project_id=platform.project, training_job_id=job.id)
        assert detail.status == status
        if status == Status.SUCCESS:
            assert platform.checkpoints(job.id)[0].metrics["reward"] == pytest.approx(1 / 3, abs=1e-4)
            answer = platform.client.completions.create(model=platform.deploy(job.id, 1), prompt="say hi")
            assert answer.text == "Hi"
    assert "failed: the test function failing failed: LookupError: no score" in caplog.text


def test_cancelling_stops_the_training(platform: Platform) -> None:
    """Nothing is learned any more."""
    job = platform.start(platform.upload(tickets(300)), parameters={"num_train_epochs": 1000})
    jobs = platform.client.training_jobs
    changes = jobs.watch(project_id=platform.project, training_job_id=job, poll_interval_ms=10)
    assert any(change.job.status == Status.RUNNING for change in changes)
    jobs.cancel(project_id=platform.project, training_job_id=job)
    detail = jobs.retrieve(project_id=platform.project, training_job_id=job)
    assert detail.status == Status.CANCELLED
    assert 0 < len(detail.training_loss or []) < 101
