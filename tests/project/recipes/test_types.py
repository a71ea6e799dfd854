"""The recipes are typed: pyright accepts them in strict mode, as far as their libraries are typed."""

import subprocess
import sys
from pathlib import Path

from .programs import RECIPES

PARTLY_TYPED = ("datasets", "distributed", "litellm", "mlflow", "pandas", "prefect")
"""Libraries with which strict mode reports types that they leave unknown."""
WRONG = ("dashboard_address=None", "split_row_groups=True", "print(answer.choices[0].message.content)")
"""Lines that the annotations of a library refuse: documented values of dask, and a union of all results of LiteLLM."""


def test_pyright_accepts_the_recipes(tmp_path: Path) -> None:
    """No recipe has an error."""
    for recipe in RECIPES.glob("*.py"):
        text = recipe.read_text(encoding="utf-8")
        is_partly = any(f"\nimport {library}" in text or f"\nfrom {library}" in text for library in PARTLY_TYPED)
        lines = [
            f"{line}  # pyright: ignore" if any(part in line for part in WRONG) else line for line in text.splitlines()
        ]
        mode = "standard" if is_partly else "strict"
        (tmp_path / recipe.name).write_text("\n".join([f"# pyright: {mode}", *lines, ""]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
