"""What importing the package and creating a client load."""

import subprocess
import sys
from pathlib import Path

import pytest

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
    """Importing the package loads four small modules of its own and nothing costly."""
    loaded = loaded_by("import emissary_client_sdk")
    assert {name for name in loaded if name.startswith("emissary_client_sdk")} == {
        "emissary_client_sdk",
        *(f"emissary_client_sdk.{name}" for name in ("_fork", "_lazy", "_version")),
    }
    assert not loaded & {*HEAVY, "typing", "re", "inspect", "dataclasses", "enum", "threading"}


@pytest.mark.parametrize("module", ["types", "utils"])
def test_importing_a_lazy_package(module: str) -> None:
    """Importing a lazy package loads nothing costly."""
    assert not loaded_by(f"import emissary_client_sdk.{module}") & {*HEAVY, "typing"}


def test_importing_the_models() -> None:
    """The models need pydantic, but no HTTP library and none of the modules that display them."""
    loaded = loaded_by("import emissary_client_sdk.models")
    assert not loaded & {"httpx", "httpcore", "anyio", "asyncio", "ssl", "dateutil"}
    assert not {name for name in loaded if name.startswith("emissary_client_sdk._display")}


def test_creating_a_client() -> None:
    """Creating a client loads no HTTP library, no pydantic, no resource and no transport."""
    loaded = loaded_by(
        "import emissary_client_sdk\n"
        "client = emissary_client_sdk.EmissaryClient('key')\n"
        "repr(client), dir(client), client.close()"
    )
    assert "emissary_client_sdk.sdk" in loaded
    unwanted = {"trainingjobs", "_transport", "_call.call", "models.security"}
    assert not loaded & (HEAVY - {"logging"} | {f"emissary_client_sdk.{name}" for name in unwanted})


def test_first_use() -> None:
    """A resource loads what it needs, but no extra and no other resource."""
    loaded = loaded_by(
        "import emissary_client_sdk\nclient = emissary_client_sdk.EmissaryClient('key')\nclient.training_jobs"
    )
    assert "emissary_client_sdk.trainingjobs" in loaded
    unwanted = {f"emissary_client_sdk.{name}" for name in ("emulator", "projects", "engines", "deployments")}
    assert not loaded & {"starlette", "uvicorn", "sqlite3", "httpx2", "trio", *unwanted}


def test_errors_without_httpx() -> None:
    """A program that makes no calls can import the errors cheaply."""
    assert not loaded_by("from emissary_client_sdk.errors import SDKError") & {"httpx", "pydantic"}
