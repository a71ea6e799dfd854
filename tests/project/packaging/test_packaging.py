"""The built distributions, and the package in an environment with nothing but its dependencies."""

import email.message
import email.parser
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from emissary_client_sdk import __version__, emulator

from ...support.bare import DEPENDENCIES, bare_environment
from ...support.rawserver import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
NAME = "emissary_client_sdk"


def run(*command: str | Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command and return its output."""
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE, cwd=options.get("cwd")
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions, the wheel from the source distribution, and return their directory."""
    folder = tmp_path_factory.mktemp("dist")
    ran = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Return the path of the wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    """Return the metadata of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{NAME}-{__version__}.dist-info/METADATA").decode()
    return email.parser.Parser().parsestr(text)


@pytest.fixture(scope="module")
def bare_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of a virtual environment with the wheel and its dependencies."""
    python, site = bare_environment(tmp_path_factory.mktemp("bare"), *DEPENDENCIES)
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-index", "--no-deps"]
    ran = run(*pip, "--no-compile", "--target", site, wheel)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return python


def test_both_distributions_are_built(built: Path) -> None:
    """The distributions have the name of the project and the version of the package."""
    assert {path.name for path in built.iterdir()} == {
        f"{NAME}-{__version__}.tar.gz",
        f"{NAME}-{__version__}-py3-none-any.whl",
    }


def test_wheel_contains_only_the_package(wheel: Path) -> None:
    """The wheel contains every file of the package, and no tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = {name for name in names if name.startswith(f"{NAME}/")}
    source = ROOT / "src"
    sources = (path for path in (source / NAME).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert package == {path.relative_to(source).as_posix() for path in sources}
    info = f"{NAME}-{__version__}.dist-info"
    files = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert names - package == {f"{info}/{file}" for file in files}
    assert [name for name in names if name.endswith("py.typed")] == [f"{NAME}/py.typed"]


def test_source_distribution_contains_tests(built: Path) -> None:
    """The source distribution contains the tests, the pages that they run and the license, but no build products."""
    with tarfile.open(built / f"{NAME}-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml", ".speakeasy/openapi.yaml"} <= names
    assert {"docs/examples/quickstart.py", "tests/project/packaging/test_packaging.py"} <= names
    assert not [name for name in names if re.search(r"\.venv|__pycache__|\.sqlite|_cache/", name)]


def test_metadata_is_complete(metadata: email.message.Message) -> None:
    """The metadata has name, version, license and Python version."""
    assert (metadata["Name"], metadata["Version"]) == ("emissary-client-sdk", __version__)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["Summary"]
    urls = {line.partition(",")[0] for line in metadata.get_all("Project-URL") or []}
    assert urls == {"Homepage", "Documentation", "Changelog", "Issues", "Source"}


def test_links_of_the_description_lead_to_the_release(metadata: email.message.Message) -> None:
    """The README is the description. Its relative links, which PyPI cannot follow, lead to GitHub."""
    links = re.findall(r"\]\((.*?)\)", str(metadata.get_payload()))
    files = f"https://github.com/Emissary-Tech/emissary-python/blob/v{__version__}/"
    assert {f"{files}docs/quickstart.md", f"{files}CHANGELOG.md"} <= set(links)
    assert [link for link in links if not link.startswith("https://")] == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(metadata.get_payload()).replace(files, "") == readme


def test_every_extra_is_listed(metadata: email.message.Message) -> None:
    """The table of the page on installation has a row for each extra."""
    page = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
    table = page.partition("| Extra ")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)) == set(metadata.get_all("Provides-Extra") or [])


def test_package_imports_without_extras(bare_python: Path) -> None:
    """Every module that needs no extra can be imported, and every public name exists."""
    program = """
import importlib, pkgutil, sys, emissary_client_sdk as package
for name in package.__all__:
    getattr(package, name)
needy = ("emulator.", "evaluation._numeric", "_preparing._tables.", "mcpserver.", "testing", "cli.")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.removeprefix(package.__name__ + ".").startswith(needy):
        importlib.import_module(module.name)
print(package.__version__, [name for name in ("starlette", "uvicorn", "h2", "pytest") if name in sys.modules])
"""
    ran = run(bare_python, "-I", "-W", "error", "-c", program)
    assert (ran.stdout, ran.stderr) == (f"{__version__} []\n", "")


def test_package_works_without_extras(bare_python: Path) -> None:
    """A job can be created and listed, synchronously and asynchronously."""
    program = """
import asyncio, sys
from emissary_client_sdk import EmissaryClient

async def main():
    async with EmissaryClient("key", server_url=sys.argv[1]) as client:
        body = {"base_model": "llama", "train_dataset_id": "data"}
        job = client.training_jobs.create(project_id="p", request_body=body)
        print([found.id == job.id for found in await client.training_jobs.list_async(project_id="p")])

asyncio.run(main())
"""
    with emulator.serve() as server:
        ran = run(bare_python, "-I", "-W", "error", "-c", program, server.url)
    assert (ran.stdout, ran.stderr) == ("[True]\n", "")


def test_emulator_names_its_extra(bare_python: Path, tmp_path: Path) -> None:
    """Without its extra, the emulator prints one line that says what to install."""
    ran = run(bare_python, "-I", "-m", f"{NAME}.emulator", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    message = (
        r'emissary emulator: the emulator needs \w+; install the extra "emulator": pip install "\.\[emulator\]".*\n'
    )
    assert re.fullmatch(message, ran.stderr)
    assert list(tmp_path.iterdir()) == []


def test_quickstart_names_the_extra(bare_python: Path) -> None:
    """Without the extra, the first program of the README prints one line that says what to install."""
    ran = run(bare_python, "-I", ROOT / "docs" / "examples" / "quickstart.py")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert 'pip install ".[learning]"' in ran.stderr
