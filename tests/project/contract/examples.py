"""Request bodies and responses that match the document."""

from typing import Any

from .document import Schema, document, findings, resolve

_CONFIG = {
    "management_type": "schedule",
    "management_config": {"timezone": "UTC", "start_time": "08:00", "end_time": "18:00", "days": ["monday"]},
}
_JOB = {
    "base_model": "Llama-3.2-1B-Instruct",
    "train_dataset_id": "ds-train",
    "test_dataset_id": "ds-test",
    "train_test_split_ratio": 0.2,
    "name": "job",
    "description": "A test",
    "parameters": {"num_train_epochs": 2, "learning_rate": 0.0002, "dynamic_loss": True, "lr_scheduler_type": "cosine"},
    "task_type": "text-generation",
    "brand_new": [None],
}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "createProject": {"name": "project"},
    "createDataset": {"file": {"file_name": "a.csv", "content": b"input,expected_output\n1,2\n"}, "name": "dataset"},
    "createTrainingJob": {**_JOB, "test_functions": ["f"], "rebalance_data": {"yes": 1, "no": 1.5}},
    "createGRPOTrainingJob": {**_JOB, "test_functions": ["f"], "reward": {"f": 1}},
    "createEngine": {"base_model": "m", "name": "engine", "resource_management_config": _CONFIG},
    "deployOnEngine": {"project_id": "p", "training_id": "t", "checkpoint": 0, "name": "deployment"},
    "unDeployFromEngine": {"deployment_name": "deployment"},
    "createDeployment": {
        "training_job_id": "t",
        "checkpoint": 1,
        "name": "deployment",
        "inactive_timeout": 60,
        "schedule": _CONFIG["management_config"],
        "server_type": "serverless",
    },
    "getCompletionsFromDeployment": {
        "model": "m",
        "prompt": "a",
        "temperature": 0,
        "max_completion_tokens": 3,
        "top_p": 0.5,
        "top_k": 4,
    },
    "getChatCompletions": {"model": "m", "messages": [{"role": "user", "content": "a"}], "max_tokens": 3},
    "getEmbeddingsFromDeployment": {"model": "m", "input": ["a", "b"]},
    "getClassificationFromDeployment": {"model": "m", "input": "a", "data_format": "probs"},
    "createExperiment": {
        "name": "experiment",
        "mode": "regression",
        "classes": [
            {
                "name": "urgency",
                "description": "How urgent it is",
                "min_value": 0,
                "max_value": 10,
                "low_description": "can wait",
                "high_description": "now",
                "higher_means": "more urgent",
                "parameters": {"properties": {}, "required": []},
            }
        ],
    },
    "getRegression": {"model": "m", "input": "a"},
    "getEntities": {"model": "m", "input": "a"},
    "getToolCall": {"model": "m", "input": "a"},
}


def response_body(schema: Schema) -> Any:
    """Return a response body with one item in each array and a value in each field."""
    body = _example(schema)
    assert findings(schema, body) == []
    return body


def _example(schema: Schema) -> Any:
    schema = resolve(schema, document())
    if "anyOf" in schema:
        return _example(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    types = schema.get("type", "null")
    match types if isinstance(types, str) else types[0]:
        case "object" if "properties" in schema:
            return {name: _example(field) for name, field in schema["properties"].items()}
        case "object":
            return {"a": _example(schema["additionalProperties"])}
        case "array":
            return [_example(schema["items"])]
        case kind:
            return {"string": "a", "integer": 1, "number": 1.5, "boolean": True, "null": None}[kind]
