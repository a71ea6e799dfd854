"""One program that uses all fifteen resources."""

import json
from functools import partial
from typing import Any

from emissary_client_sdk import EmissaryClient, emulator

from ...support.answers import KEY
from ...support.calling import Call

EMBEDDING = "All-Mpnet-Base-V2-Embedding"


def experiment(run: Any, mode: str, *classes: dict[str, Any]) -> str:
    """Create an experiment and return the name of its model."""
    model: str = run("experiments.create", request_body={"name": mode, "mode": mode, "classes": list(classes)}).model
    return model


def test_program_with_every_resource(call: Call) -> None:
    """The program goes from a base model and a data file to answers, and back to an empty platform."""
    records = "".join(
        json.dumps({"prompt": f"text {n}", "completion": {"good": n % 2, "bad": 1 - n % 2}}) + "\n" for n in range(50)
    )
    with emulator.serve(job_seconds=0, deploy_seconds=0) as server:
        client = EmissaryClient(KEY, server_url=server.url)
        run: Any = partial(call, client)
        base_model = run("base_models.list")[0].name
        assert "learning_rate" in run("base_models.retrieve", base_model_name=base_model).parameter_template
        function = run("testing_functions.list")[0].name
        project = run("projects.create", request_body={"name": "reviews"}).id
        dataset = run("datasets.upload", project_id=project, file=records.encode(), task_type="classification")
        body = {"base_model": base_model, "train_dataset_id": dataset.id, "task_type": "classification"}
        job = run("training_jobs.create_and_wait", project_id=project, request_body=body)
        rewarded = {"test_functions": [function], "reward": {function: 1}, "task_type": "text-generation"}
        grpo = run("training_jobs.create_grpo", project_id=project, request_body={**body, **rewarded})
        assert (job.status.is_terminal, grpo.training_technique) == (True, "GRPO")
        best = run("training_jobs.best_checkpoint", project_id=project, training_job_id=job.id, metric="accuracy")
        wanted = {"training_job_id": job.id, "checkpoint": best.checkpoint, "name": "reviews-1"}
        run("deployments.create_and_wait", project_id=project, request_body=wanted)
        engine = run("engines.create", request_body={"base_model": base_model}).id
        run("engines.wait", engine_id=engine)
        chat = {"project_id": project, "training_id": base_model, "checkpoint": 0, "name": "chat-1"}
        run("engines.deploy", engine_id=engine, request_body=chat)

        scores = run("classification.create", model="reviews-1", input="Arrived broken.", data_format="probs").scores
        assert set(scores) == {"good", "bad"}
        question = [{"role": "user", "content": "How are you?"}]
        assert run("chat.completions.create", model="chat-1", messages=question).text
        assert run("completions.create", model="chat-1", prompt="One, two,").text
        assert len(run("embeddings.create", model=EMBEDDING, input=["a", "b", "c"], batch_size=2).vectors) == 3

        urgency = {
            "name": "urgency",
            "min_value": 0,
            "max_value": 10,
            "low_description": "It can wait.",
            "high_description": "Today, at once.",
            "higher_means": "more urgent",
        }
        nothing: dict[str, Any] = {"properties": {}, "required": []}
        rate = experiment(run, "regression", urgency)
        assert run("regression.create", model=rate, input="I need it today").value > 5
        assert [one.value for one in run("regression.create_many", model=rate, inputs=["x", "y"])] == [5, 5]
        places = experiment(run, "ner", {"name": "CITY", "description": "Oslo, Rome"})
        found = run("ner.create", model=places, input="From Oslo").entities
        assert [one.entity for one in found["CITY"]] == ["Oslo"]
        assert [one.entities for one in run("ner.create_many", model=places, inputs=["x"])] == [{"CITY": []}]
        tools = experiment(run, "tool_calling", {"name": "ring", "description": "Call by phone", "parameters": nothing})
        answers = run("tool_calling.create_many", model=tools, inputs=["Phone her", "Sleep"])
        assert [(one.tool, one.arguments) for one in answers] == [("ring", {}), (None, None)]
        assert run("tool_calling.create", model=tools, input="Phone her").tool == "ring"

        run("engines.delete", engine_id=engine)
        run("projects.delete", project_id=project)
        assert [one.id for one in run("projects.list")] == []
        call.close_client(client)
