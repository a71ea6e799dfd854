"""The package without scikit-learn and scipy."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from emissary_client_sdk.evaluation import *
assert not {"numpy", "scipy", "sklearn"} & set(sys.modules)
sys.modules.update(dict.fromkeys(["scipy", "sklearn"]))  # an import of either raises ImportError
labels = {"a": LabelPolicy(0.5, 0.9, (0.8, 1.0), 20)}
policy = Policy(kind="multiclass", goal="precision", target=0.8, temperature=1.0, labels=labels, coverage=1.0,
                fitted_on=1, verified_on=1)
policy.save(sys.argv[1])
assert load_policy(sys.argv[1]).decide({"a": 1}) == "a"
for function in (evaluate_predictions, evaluate_regression, evaluate_embeddings, evaluate_texts):
    try:
        function([], [])
    except ImportError as error:
        print(error)
"""


def test_without_the_extra(tmp_path: object) -> None:
    """Importing loads no library, policies decide, and evaluations name the extra."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"{tmp_path}/policy.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    names = ("evaluate_predictions", "evaluate_regression", "evaluate_embeddings", "evaluate_texts")
    assert [line.partition(";")[0] for line in done.stdout.splitlines()] == [
        f"{name} needs scikit-learn and scipy" for name in names
    ]
    assert done.stdout.count('install the extra "evaluation"') == 4
