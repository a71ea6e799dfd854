"""The modules that importing the package and creating a client load."""

import subprocess
import sys
from pathlib import Path

import emissary_client_sdk

SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])
HEAVY = {"httpx", "httpcore", "pydantic", "pydantic_core", "anyio", "asyncio", "dateutil", "ssl", "email", "logging"}
# Without site, because a path file there may import anything; but with the paths of the dependencies.
PATHS = f"import sys; sys.path += {[path for path in sys.path if path and path != SOURCE]!r}\n"


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a statement loads in a new interpreter."""
    program = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", PATHS + program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_package() -> None:
    """Importing the package loads its version and nothing costly: the plugin and the command line need no more."""
    loaded = loaded_by("import emissary_client_sdk")
    assert {name for name in loaded if name.startswith("emissary_client_sdk")} == {
        "emissary_client_sdk",
        "emissary_client_sdk._version",
    }
    assert not loaded & {*HEAVY, "typing", "re", "inspect", "dataclasses", "enum", "threading"}


def test_taking_the_client() -> None:
    """Taking the client imports what a call needs, in one go, but no extra and nothing that few programs use."""
    loaded = loaded_by("from emissary_client_sdk import EmissaryClient")
    needed = {"trainingjobs", "deployments", "_transport.pool", "_call.call", "models"}
    assert {f"emissary_client_sdk.{name}" for name in needed} <= loaded
    extras = {"starlette", "uvicorn", "sqlite3", "tqdm", "matplotlib", "sklearn", "polars", "pandas", "numpy"}
    unused = {"emulator", "cli", "evaluation.report", "models.operations", "models.legacy", "models._responsedicts"}
    assert not loaded & {*extras, *(f"emissary_client_sdk.{name}" for name in unused)}


def test_first_call_imports_nothing_of_the_package() -> None:
    """The first call finds everything imported, so that another thread can fork meanwhile."""
    loaded = loaded_by(
        "from emissary_client_sdk import EmissaryClient\n"
        "before |= set(sys.modules)\n"
        "try: EmissaryClient('key', server_url='http://127.0.0.1:9').projects.list(retries=None)\n"
        "except Exception: pass"
    )
    assert not {name for name in loaded if name.startswith(("emissary_client_sdk", "httpx", "httpcore", "pydantic"))}
