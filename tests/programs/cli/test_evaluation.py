"""``emissary evaluate``, ``compare`` and ``policy check``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.evaluation import evaluate_predictions, evaluate_regression, load_report

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary

GOOD, BAD = {"good": 0.9, "bad": 0.1}, {"good": 0.2, "bad": 0.8}


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return a file with three good reviews and a bad one."""
    path = tmp_path / "reviews.jsonl"
    records = [{"prompt": f"text {n}", "completion": {"good": int(n > 0), "bad": int(n == 0)}} for n in range(4)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


@pytest.fixture
def models(emissary: Emissary) -> Emissary:
    """Return the command, with a model that finds all reviews good and one that finds all bad."""
    emissary.server.answers.set(model="good", probs=GOOD, text="yes", value=2)
    emissary.server.answers.set(model="bad", probs=BAD)
    return emissary


def saved(path: Path, truth: list[str], scores: Any, **details: Any) -> str:
    """Save a report; return its path."""
    evaluate_predictions(truth, scores, **details).save(path)
    return str(path)


def test_report(models: Emissary, file: str, tmp_path: Path) -> None:
    """It is text, JSON or Markdown, and can be saved with the answers."""
    output, report = str(tmp_path / "answers.jsonl"), str(tmp_path / "report.json")
    made = models("evaluate", "good", file, "--output", output, "--save", report)
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith("good on reviews.jsonl\n  records            4\n  accuracy           0.750 (")
    models.server.faults.add(status=500, times=None)  # no other request is needed
    again = models("evaluate", "good", file, "--output", output, "--save", report, "--json")
    assert (again.code, again.json["accuracy"], again.json["model"]) == (0, 0.75, "good")
    assert models("evaluate", "good", file, "--output", output, "--markdown").out.startswith("### good on reviews.")
    assert load_report(report).accuracy == 0.75


@pytest.mark.parametrize(
    ("minimums", "code", "reason"),
    [
        (["accuracy=0.75", "macro_f1=.4"], 0, ""),
        (["accuracy=0.9"], 1, "emissary: accuracy is 0.75, below the minimum 0.9\n"),
        (
            ["accuracy=0.9", "macro_f1=0.5"],
            1,
            "emissary: accuracy is 0.75, below the minimum 0.9; macro_f1 is 0.4286, below the minimum 0.5\n",
        ),
    ],
)
def test_minimums_decide_the_exit_code(
    models: Emissary, file: str, minimums: list[str], code: int, reason: str
) -> None:
    """There is one line of reason."""
    options = [word for minimum in minimums for word in ("--fail-under", minimum)]
    made = models("evaluate", "good", file, *options)
    assert (made.code, made.err, "accuracy" in made.out) == (code, reason, True)
    as_json = models("evaluate", "good", file, *options, "--json")
    assert (as_json.code, as_json.json["accuracy"]) == (code, 0.75)
    if reason:
        assert as_json.error == {"type": "BelowMinimum", "message": reason[10:-1], "exit_code": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["good", "FILE", "--fail-under", "acuracy=1"],
            "'acuracy' cannot be a minimum of a classification report; kno",
        ),
        (["good", "FILE", "--fail-under", "accuracy"], "expected NAME=NUMBER"),
        (["good", "FILE", "--save", "missing/report.json"], "missing/report.json: there is no such directory."),
        (["good", "FILE", "--save", "FILE"], "is not a report that this version of the SDK can read"),
        (["FILE"], "Expected MODEL and FILE."),
        (["--job", "tr-1", "good", "FILE"], "Expected FILE, without --output and --completions."),
        (["--job", "tr-1", "FILE", "--output", "x"], "Expected FILE, without --output and --completions."),
        (["--job", "tr-1", "FILE", "--completions"], "Expected FILE, without --output and --completions."),
        (["good", "missing.jsonl"], "File 'missing.jsonl' does not exist."),
        (["good", "FILE", "--task-type", "ner"], "does not show its task; name it with --task-type."),
        (["good", "FILE", "--task-type", "regression"], "line 1: the right answer must be a number, not an object"),
    ],
)
def test_invalid_arguments_are_refused_before_anything_is_sent(
    models: Emissary, file: str, arguments: list[str], message: str
) -> None:
    """The exit code is 2."""
    models.server.faults.add(status=500, times=None)  # would be another error
    made = models("evaluate", *(file if word == "FILE" else word for word in arguments))
    assert (made.code, message in made.err, made.out) == (2, True, "")


def test_job_without_a_project(models: Emissary, file: str) -> None:
    """A job belongs to one."""
    made = models("evaluate", "--job", "tr-1", file, env={"EMISSARY_PROJECT_ID": None})
    assert (made.code, "--job needs --project." in made.err) == (2, True)


def test_other_tasks(models: Emissary, tmp_path: Path) -> None:
    """Texts are answered by chat, or completed; a CSV needs the task."""
    texts, ratings, pairs = (tmp_path / name for name in ("texts.jsonl", "ratings.csv", "pairs.csv"))
    texts.write_text('{"prompt": "a", "completion": "yes"}\n')
    ratings.write_text("input,expected_output\na,1\nb,3\n")
    pairs.write_text("text1,text2,score\na,a,1\n")
    models.server.faults.add(operation="completions.create", status=400)
    assert models("evaluate", "good", str(texts), "--fail-under", "exact_match=1").code == 0
    assert models("evaluate", "good", str(texts), "--fail-under", "exact_match=1", "--completions").code == 1
    assert "does not show its task" in models("evaluate", "good", str(ratings)).err
    assert models("evaluate", "good", str(ratings), "--task-type", "regression", "--json").json["mae"] == 1
    made = models("evaluate", "All-Mpnet-Base-V2-Embedding", str(pairs), "--fail-under", "pearson=0")
    assert (made.code, made.err) == (1, "emissary: pearson is undefined, below the minimum 0\n")


def test_checkpoints_of_a_job(models: Emissary, file: str) -> None:
    """A table of their numbers; the best one has to reach the minimum."""
    job = models.create_job(task_type="classification", name="reviews")
    made = models("evaluate", "--job", "reviews", file, "--max-checkpoints", "2", "--fail-under", "accuracy=1.1")
    header, *rows = made.out.splitlines()
    assert header.split() == ["CHECKPOINT", "ACCURACY", "MACRO_F1", "MICRO_F1", "WEIGHTED_F1"]
    assert (made.code, len(rows), made.err.endswith(", below the minimum 1.1\n")) == (1, 2, True)
    markdown = models("evaluate", "--job", job, file, "--max-checkpoints", "2", "--markdown").out
    assert markdown.count("\n### reviews-checkpoint-") + markdown.startswith("### reviews-checkpoint-") == 2
    found = models("evaluate", "--job", job, file, "--max-checkpoints", "2", "--json").json
    assert str(found["best"]) in found["checkpoints"]
    assert models.client.deployments.list(project_id="p") == []


def test_checkpoints_without_a_defined_number(models: Emissary, tmp_path: Path) -> None:
    """An undefined number is the worst. The task is that of the job."""
    path = tmp_path / "ratings.csv"
    path.write_text("input,expected_output\na,1\n")
    models.create_job(task_type="regression", name="ratings")
    options = ["--max-checkpoints", "1", "--task-type", "classification"]
    made = models("evaluate", "--job", "ratings", str(path), *options)
    assert (made.code, made.out.splitlines()[1].split()[1:]) == (0, ["undefined", "undefined"])


def test_comparison_of_models(models: Emissary, file: str) -> None:
    """Both are evaluated on the file; the accuracy may not drop by more than a number."""
    made = models("compare", "good", "bad", file)
    assert (made.code, made.out.startswith("+50.0 points (")) == (0, True)
    assert models("compare", "bad", "good", file, "--max-drop", "0.5").code == 0
    made = models("compare", "bad", "good", file, "--max-drop", "0.4", "--json")
    assert (made.code, made.json["difference"]) == (1, -0.5)
    assert made.error["message"] == "accuracy drops by 0.5, more than 0.4"


def test_comparison_of_saved_reports(models: Emissary, file: str, tmp_path: Path) -> None:
    """Nothing is sent for them; a report and a model can be compared, too."""
    report = str(tmp_path / "good.report.json")
    models("evaluate", "good", file, "--save", report)
    assert "-50.0 points" in models("compare", "bad", report, file).out
    models.server.faults.add(status=500, times=None)
    made = models("compare", report, report, "--max-drop", "0", "--markdown")
    assert (made.code, made.out.startswith("### good against good")) == (0, True)
    assert models("compare", report, report, file).code == 0


def test_comparison_that_is_refused(models: Emissary, file: str, tmp_path: Path) -> None:
    """Reports on other records or tasks, and models without a file."""
    first = saved(tmp_path / "1.json", ["a"], [{"a": 1}], sha256="ab", model="m")
    second = saved(tmp_path / "2.json", ["b"], [{"b": 1}])
    evaluate_regression([1], [1]).save(tmp_path / "3.json")
    third = str(tmp_path / "3.json")
    for arguments, message in (
        ([first, second], "the reports are over different records: line 1 is not in the old one"),
        ([third, third], "Reports on regression cannot be compared."),
        (["good", second], "'good' is not a saved report, so FILE is needed."),
        ([second, "bad"], "'bad' is not a saved report, so FILE is needed."),
        ([first, "bad", file], "The saved report of m is not on "),
    ):
        made = models("compare", *arguments)
        assert (made.code, message in made.err) == (2, True), made


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """Return a policy of the model ``good`` that promises much."""
    report = evaluate_predictions(["good", "bad"] * 100, [GOOD, BAD] * 100, model="good")
    path = tmp_path / "reviews.policy.json"
    report.fit_policy(target_precision=0.9).save(path)
    return str(path)


def test_policy_on_newer_data(models: Emissary, policy: str, tmp_path: Path) -> None:
    """The model of the policy is evaluated on the data, or another one; or a saved report is used."""
    file, report = tmp_path / "newer.jsonl", tmp_path / "newer.report.json"
    file.write_text('{"prompt": "a", "completion": {"good": 0, "bad": 1}}\n' * 20)
    made = models("policy", "check", policy, str(file))
    assert (made.code, made.err) == (1, "emissary: the policy no longer holds for good\n")
    made = models("policy", "check", policy, str(file), "--model", "bad", "--json")
    assert (made.code, made.json["holds"]) == (0, True)
    broken = saved(report, ["good"] * 50, [BAD] * 50)
    assert models("policy", "check", policy, broken).err == "emissary: the policy no longer holds for bad\n"


def test_decisions_of_a_policy(models: Emissary, policy: str, file: str, tmp_path: Path) -> None:
    """They are made of logits, which are not rounded."""
    one = models("classify", "good", "fine", "--policy", policy, "--json").json
    output = tmp_path / "decisions.jsonl"
    assert models("classify", "good", "--input", file, "--output", str(output), "--policy", policy).code == 0
    line = json.loads(output.read_text().splitlines()[0])
    assert (one["decision"], line["decision"]) == ("good", "good")
    assert (one["data"][0].keys(), line["result"]["data"][0].keys()) == ({"index", "logits"},) * 2


def test_policy_without_a_model(models: Emissary, file: str, tmp_path: Path) -> None:
    """The model must be named."""
    path = tmp_path / "policy.json"
    evaluate_predictions(["good", "bad"] * 100, [GOOD, BAD] * 100).fit_policy(maximize="f1").save(path)
    made = models("policy", "check", str(path), file)
    assert (made.code, made.err) == (2, "emissary: The policy does not name its model; use --model.\n")
