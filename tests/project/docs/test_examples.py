"""The programs of ``docs/examples``."""

import json
import re
import runpy
import subprocess
import sys

import pytest

from emissary_client_sdk import check_dataset, emulator

from ...support.rawserver import PATIENCE
from .pages import EXAMPLES, README, blocks, environment

NAMES = ("quickstart", "quickstart_async")


def shape(line: str) -> str:
    """Return a line without what differs between runs."""
    return re.sub(r"reviews-\w+|[\d.]*\d|good|bad", "X", " ".join(line.split()))


def test_quickstart_prints_what_the_readme_shows() -> None:
    """The progress of uploads, job and deployment is on standard error."""
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / "quickstart.py")],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    lines, progress = ran.stdout.splitlines(), ran.stderr
    assert ran.returncode == 0, progress
    (shown,) = (block.text.splitlines() for block in blocks(README) if block.text.startswith("EMISSARY_CLIENT_API_KEY"))
    assert [shape(line) for line in lines] == [shape(line) for line in shown]
    patterns = (r"\(100%\)", "Success 100%", r"reviews-\w{8}: Deployed")
    assert [len(re.findall(pattern, progress)) for pattern in patterns] == [2, 1, 1]
    assert float(lines[2].split()[-1]) >= 0.9
    assert re.findall("bad  |good  ", "".join(lines[-3:])) == ["bad  ", "good  ", "bad  "]


def test_asynchronous_quickstart_compares_its_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    """It names the learning rate with the best accuracy, and classifies sentences with that model."""
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLES / "quickstart_async.py"), run_name="__main__")
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    _, _, *jobs, best = out.splitlines()[:6]
    found = [re.fullmatch(r"rate (\S+): Success, accuracy on reviews.test.jsonl ([\d.]+)", line) for line in jobs]
    accuracies = {match[1]: float(match[2]) for match in found if match}
    assert accuracies["1e-05"] < accuracies["0.0001"] <= accuracies["0.001"]
    assert best == "best: 0.001"
    assert [line.split()[-1] for line in out.splitlines()[6:]] == ["bad", "good", "bad"]


def test_data_of_the_examples() -> None:
    """Both files are free of errors and balanced, and share no text with each other or with the sentences."""
    reports = [check_dataset(EXAMPLES / name, "classification") for name in ("reviews.jsonl", "reviews.test.jsonl")]
    assert [(report.labels, report.problems) for report in reports] == [
        ({"good": 174, "bad": 174}, []),
        ({"good": 50, "bad": 50}, []),
    ]
    files = [(EXAMPLES / report.file_name).read_text().splitlines() for report in reports]
    prompts = [json.loads(line)["prompt"] for file in files for line in file]
    for name in NAMES:
        prompts += runpy.run_path(str(EXAMPLES / f"{name}.py"))["SENTENCES"]
    assert len(set(prompts)) == len(prompts) - len(NAMES[1:]) * 3


@pytest.mark.parametrize("name", NAMES)
def test_key_selects_the_platform(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a key it uses the configured server and starts no emulator; a wrong key is reported in one line."""
    err = ""
    with emulator.serve(api_key="a-key", job_seconds=0, deploy_seconds=0) as server:
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        for key, code in (("a-key", 0), ("another-key", 1)):
            monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", key)
            with pytest.raises(SystemExit) as ended:
                runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
            out, err = capsys.readouterr()
            assert (ended.value.code, "emulator" in out) == (code, False), err
    assert err.startswith("APIErrorUnauthorized: ")
    assert "another-key" not in err
    assert err.count("\n") == 1
