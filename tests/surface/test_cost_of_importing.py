"""What importing the package, and making a client, imports."""

import subprocess
import sys
from pathlib import Path

import pytest

import emissary_client_sdk

SOURCE = str(Path(emissary_client_sdk.__file__).parents[1])
HEAVY = {"httpx", "httpcore", "pydantic", "pydantic_core", "anyio", "asyncio", "dateutil", "ssl", "email", "logging"}


def loaded_by(statement: str) -> set[str]:
    """Run a statement in a fresh interpreter; gives the modules that it loaded."""
    program = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", _WITH_SITE + program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


# Without site, for a path file there may import what it likes; but with the places of the dependencies.
_WITH_SITE = f"import sys; sys.path += {[path for path in sys.path if path and path != SOURCE]!r}\n"


def test_importing_the_package() -> None:
    """Importing the package loads two files of its own, and nothing else that costs anything."""
    loaded = loaded_by("import emissary_client_sdk")
    assert {name for name in loaded if name.startswith("emissary_client_sdk")} == {
        "emissary_client_sdk",
        "emissary_client_sdk._lazy",
        "emissary_client_sdk._version",
    }
    assert not loaded & {*HEAVY, "typing", "re", "inspect", "dataclasses", "enum"}


@pytest.mark.parametrize("module", ["models", "types", "utils", "_hooks"])
def test_importing_a_lazy_package(module: str) -> None:
    """Importing a package of the package loads neither httpx nor pydantic."""
    assert not loaded_by(f"import emissary_client_sdk.{module}") & {"httpx", "pydantic", "typing"}


def test_making_a_client() -> None:
    """Making a client loads no HTTP library, no pydantic, no resource, and makes no transport."""
    loaded = loaded_by(
        "import emissary_client_sdk\n"
        "client = emissary_client_sdk.EmissaryClient('key')\n"
        "repr(client), dir(client), client.close()"
    )
    assert "emissary_client_sdk.sdk" in loaded
    unwanted = {f"emissary_client_sdk.{name}" for name in ("trainingjobs", "_transport", "_core", "models.security")}
    assert not loaded & (HEAVY - {"logging"} | unwanted)


def test_the_first_use() -> None:
    """The resource loads what it needs, the emulator and its dependencies not among that."""
    loaded = loaded_by(
        "import emissary_client_sdk\nclient = emissary_client_sdk.EmissaryClient('key')\nclient.training_jobs"
    )
    assert {"httpx", "emissary_client_sdk.trainingjobs"} <= loaded
    ours = loaded - loaded_by("import httpx")
    assert not ours & {"starlette", "uvicorn", "sqlite3", "emissary_client_sdk.emulator", "httpx2", "trio"}


def test_errors_without_httpx() -> None:
    """The errors can be imported by a program that makes no call, at little cost."""
    assert not loaded_by("from emissary_client_sdk.errors import SDKError") & {"httpx", "pydantic"}
