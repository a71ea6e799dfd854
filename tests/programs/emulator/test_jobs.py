"""Training jobs."""

import pytest

from .conftest import DATASETS, JOB, JOBS, RECORDS, START, Api, lines

FULL = {
    **JOB,
    "test_dataset_id": "tests",
    "train_test_split_ratio": 20,
    "name": "mine",
    "description": "a try",
    "parameters": {"num_train_epochs": 3, "learning_rate": 1e-05, "dynamic_loss": True, "optimizer": "adam"},
    "task_type": "classification",
    "test_functions": ["f1", "recall"],
    "rebalance_data": {"yes": 2, "no": 0.5},
    "a_new_field": {"of": ["any", "shape"]},
}


def test_create_returns_a_summary(api: Api) -> None:
    """It has the platform's defaults, and nothing that was not sent."""
    summary = api.post(JOBS, JOB)
    assert summary.pop("id").startswith("tr-")
    assert summary == {
        "base_model": "llama",
        "status": "Pending",
        "progress": 0,
        "created_by": "emulator",
        "created_at": int(START),
        "updated_at": int(START),
        "training_technique": "SFT",
        "task_type": "text-generation",
        "base_model_option": "pre-trained",
        "train_dataset_name": "data",
    }


def test_retrieve_returns_a_detail(api: Api) -> None:
    """Values keep their types, and the loss curve grows with the time."""
    job = api.post(JOBS, FULL)
    api.now += 50
    detail = api.get(f"{JOBS}/{job['id']}")
    curve = detail.pop("training_loss")
    dataset = {"created_at": int(START), "is_uploaded": True}
    del job["train_dataset_name"]
    assert detail == {
        **job,
        "status": "Running",
        "progress": 48,
        "updated_at": int(START) + 50,
        "description": "a try",
        "train_dataset": {"id": "data", "name": "data", **dataset},
        "test_dataset": {"id": "tests", "name": "tests", **dataset},
        "hyper_parameters": FULL["parameters"],
    }
    assert type(detail["hyper_parameters"]["num_train_epochs"]) is int
    assert detail["hyper_parameters"]["dynamic_loss"] is True
    assert curve[0].keys() == {"timestamp", "loss"}
    assert all(START < point["timestamp"] <= api.now for point in curve)


def test_job_keeps_its_dataset_after_the_dataset_is_deleted(api: Api) -> None:
    """It names an uploaded dataset as it was."""
    dataset = api.upload(lines(RECORDS), data={"name": "reviews"})
    job = api.post(JOBS, {**JOB, "train_dataset_id": dataset["id"], "test_dataset_id": dataset["id"]})
    api.delete(f"{DATASETS}/{dataset['id']}")
    assert job["train_dataset_name"] == "reviews"
    detail = api.get(f"{JOBS}/{job['id']}")
    assert detail["train_dataset"] == detail["test_dataset"] == dataset


def test_list_is_in_order_of_creation(api: Api) -> None:
    """It has the jobs of one project; an unused project has none, and a deleted job is gone."""
    made = [api.post(JOBS, {**FULL, "name": str(number)}) for number in range(3)]
    assert api.get(JOBS) == made
    assert api.get("/v1/projects/another/training-jobs") == []
    api.now += 1000
    assert {job["status"] for job in api.get(JOBS)} == {"Success"}
    api.delete(f"{JOBS}/{made[1]['id']}")
    assert [job["name"] for job in api.get(JOBS)] == ["0", "2"]


def test_checkpoints_have_results_once_the_job_has_succeeded(api: Api) -> None:
    """They appear one by one."""
    path = f"{JOBS}/{api.post(JOBS, FULL)['id']}/checkpoints"
    assert api.get(path) == []
    api.now += 70
    first = api.get(path)
    assert [view["checkpoint"] for view in first] == [1, 2]
    assert first[0].keys() == {"checkpoint", "model_download_url", "created_at", "updated_at"}
    api.now += 70
    last = api.get(path)
    assert [view["checkpoint"] for view in last] == [1, 2, 3]
    assert [view["created_at"] for view in last[:2]] == [view["created_at"] for view in first]
    assert {view["updated_at"] for view in last} == {int(START) + 100}
    results = last[2]["test_results"]["aggregated_test_result"]
    assert results.keys() == {"loss", "accuracy", "f1", "precision", "recall"}


def test_cancel_freezes_the_job(api: Api, job: str) -> None:
    """Cancelling it again has no effect; a job that has ended cannot be cancelled."""
    error = api.error(400, "POST", f"{JOBS}/{job}/cancel")
    assert error == "the training job has ended already: its status is Success"
    path = f"{JOBS}/{api.post(JOBS, JOB)['id']}"
    api.now += 50
    cancelled = int(api.now)
    for _ in range(2):
        api.post(path + "/cancel")
        api.now += 1000
        detail = api.get(path)
        assert (detail["status"], detail["progress"], detail["updated_at"]) == ("Cancelled", 48, cancelled)


@pytest.mark.parametrize("outcome", ["Failed", "TimedOut", "Success"])
def test_outcome_can_be_chosen(api: Api, outcome: str) -> None:
    """A parameter of the job sets it."""
    job = api.train(parameters={"emulator_outcome": outcome})
    assert api.get(f"{JOBS}/{job}")["status"] == outcome


def test_fine_tuning_starts_from_an_earlier_job(api: Api, job: str) -> None:
    """The job is named by its name or ID, and must have the checkpoint."""
    body = {**JOB, "base_model_option": "fine-tuned"}
    for base in ("mine", job):
        summary = api.post(JOBS, {**body, "base_model": base, "checkpoint": 2})
        assert (summary["base_fine_tuned_model"], summary["base_fine_tuned_model_checkpoint"]) == (base, 2)
    assert "base_fine_tuned_model_checkpoint" not in api.post(JOBS, {**body, "base_model": "mine"})
    error = api.error(400, "POST", JOBS, {**body, "base_model": "mine", "checkpoint": 4})
    assert error == f"checkpoint: training job '{job}' has no checkpoint 4; it has 1, 2, 3"
    for project, base in [("p", "no one"), ("another", "mine")]:
        error = api.error(400, "POST", f"/v1/projects/{project}/training-jobs", {**body, "base_model": base})
        assert error == f"base_model: there is no training job '{base}' in this project"


def test_grpo_job_has_rewards(api: Api) -> None:
    """They appear in the summary and in the detail."""
    reward = {"exact_match_shared": 0.3, "length_ratio_shared": 0.7}
    job = api.post(JOBS + "/grpo", {**JOB, "test_functions": list(reward), "reward": reward})
    assert (job["training_technique"], job["reward"]) == ("GRPO", reward)
    assert api.get(f"{JOBS}/{job['id']}")["reward"] == reward
