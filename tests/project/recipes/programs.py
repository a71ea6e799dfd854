"""The programs of the recipes and the pages that show them.

    python -m tests.project.recipes.programs --write

copies each program into its page. A program whose library is not in the development environment is fenced with tildes,
because the tests of all pages run the blocks that are fenced with backticks.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RECIPES = ROOT / "docs" / "recipes"

NEED_A_LIBRARY = (
    "dask_classify",
    "dask_sweep",
    "data_frames",
    "fastapi_service",
    "langchain_chat",
    "langchain_tools",
    "litellm_chat",
    "mlflow_tracking",
    "openai_library",
    "opentelemetry_tracing",
    "prefect_flow",
    "pydantic_ai_agent",
    "ray_classify",
    "spark_classify",
    "streaming_chat",
)
"""The programs that need the extra ``recipes``."""

_SHOWN = re.compile(r"<!-- (\w+)\.py -->(?:\n\n(```|~~~)python\n(.*?)^\2$)?", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """List the pages of the recipes."""
    return sorted(page for page in RECIPES.glob("*.md") if page.name != "README.md")


def shown(page: Path) -> list[str]:
    """Return the names of the programs that a page shows."""
    return [found[1] for found in _SHOWN.finditer(page.read_text(encoding="utf-8"))]


def current(page: Path) -> str:
    """Return a page with its programs as they are in their files."""

    def with_program(found: re.Match[str]) -> str:
        program = (RECIPES / f"{found[1]}.py").read_text(encoding="utf-8")
        fence = "~~~" if found[1] in NEED_A_LIBRARY else "```"
        return f"<!-- {found[1]}.py -->\n\n{fence}python\n{program}{fence}"

    return _SHOWN.sub(with_program, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in pages():
        wanted = current(each)
        if each.read_text(encoding="utf-8") != wanted:
            print(each.relative_to(ROOT))  # noqa: T201  # a command
            if "--write" in sys.argv:
                each.write_text(wanted, encoding="utf-8")
