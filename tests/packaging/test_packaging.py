"""The package as it is built, installed and imported where nothing but its dependencies is."""

import email.message
import email.parser
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from emissary_client_sdk import __version__, emulator

ROOT = Path(__file__).resolve().parents[2]
NAME = "emissary_client_sdk"
DEPENDENCIES = ("httpx", "pydantic", "python-dateutil", "typing-inspection")


def run(*command: str | Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command without a network in mind, and give what came of it."""
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=120, cwd=options.get("cwd")
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions, the wheel out of the other, and give the directory."""
    folder = tmp_path_factory.mktemp("dist")
    ran = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Give the wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> email.message.Message:
    """Give the wheel's metadata."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{NAME}-{__version__}.dist-info/METADATA").decode()
    return email.parser.Parser().parsestr(text)


def closure(names: tuple[str, ...]) -> Iterator[Distribution]:
    """Give these distributions and what they need, as far as it is needed without an extra."""
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop().lower()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        yield found
        for requirement in found.requires or []:
            needed, _, marker = requirement.partition(";")
            if "extra ==" not in marker and _is_installed(needed := re.split(r"[^\w.-]", needed, maxsplit=1)[0]):
                left.append(needed)


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except ModuleNotFoundError:  # for another system or another Python
        return False
    return True


@pytest.fixture(scope="module")
def bare_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a virtual environment with the wheel, the four dependencies and theirs, and give its Python."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    (python,) = [path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists()]
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    for found in closure(DEPENDENCIES):
        for top in {
            Path(file.parts[0]) for file in found.files or [] if not file.is_absolute() and file.parts[0] != ".."
        }:
            source = Path(str(found.locate_file(top)))
            if source.is_dir() and top.name != "__pycache__":
                shutil.copytree(source, site / top, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            elif source.is_file():
                shutil.copy(source, site / top)
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-index", "--no-deps"]
    ran = run(*pip, "--no-compile", "--target", site, wheel)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return python


def test_both_distributions_are_built(built: Path) -> None:
    """They have the project's name and the package's version."""
    assert {path.name for path in built.iterdir()} == {
        f"{NAME}-{__version__}.tar.gz",
        f"{NAME}-{__version__}-py3-none-any.whl",
    }


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every file of the package is in it, ``py.typed`` only there, and no test."""
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


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    """It has the tests, the pages that they run and the license, but nothing that somebody left lying about."""
    with tarfile.open(built / f"{NAME}-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml", ".speakeasy/openapi.yaml"} <= names
    assert {"docs/examples/quickstart.py", "tests/packaging/test_packaging.py"} <= names
    assert not [name for name in names if re.search(r"\.venv|__pycache__|\.sqlite|_cache/", name)]


def test_the_metadata_is_complete(metadata: email.message.Message) -> None:
    """Name, version, license and Python are there, the description is the README, and no URL is promised."""
    assert (metadata["Name"], metadata["Version"]) == ("emissary-client-sdk", __version__)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata["Summary"]
    assert not {"Home-page", "Project-URL", "Download-URL"} & set(metadata.keys())


def test_the_dependencies_are_four(metadata: email.message.Message) -> None:
    """Each has a lower bound and the next major version as its upper one; all else is an extra."""
    required = metadata.get_all("Requires-Dist") or []
    plain = [requirement for requirement in required if "extra ==" not in requirement]
    assert sorted(re.split(r"[<>=]", requirement)[0] for requirement in plain) == sorted(DEPENDENCIES)
    assert all(">=" in requirement and re.search(r"<\d+", requirement) for requirement in plain)


def test_the_extras_are_those_of_the_readme(metadata: email.message.Message) -> None:
    """The README's table names each of them."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| Extra ")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)) == set(metadata.get_all("Provides-Extra") or [])


def test_it_imports_without_its_extras(bare_python: Path) -> None:
    """Every module but those that need an extra can be imported, and every public name is there."""
    program = """
import importlib, pkgutil, sys, emissary_client_sdk as package
for name in package.__all__:
    getattr(package, name)
needy = ("emulator.app", "emulator.answers", "emulator.runner", "emulator.__main__", "testing", "cli.")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.removeprefix(package.__name__ + ".").startswith(needy):
        importlib.import_module(module.name)
print(package.__version__, [name for name in ("starlette", "uvicorn", "h2", "pytest") if name in sys.modules])
"""
    ran = run(bare_python, "-I", "-W", "error", "-c", program)
    assert (ran.stdout, ran.stderr) == (f"{__version__} []\n", "")


def test_it_works_without_its_extras(bare_python: Path) -> None:
    """A job is created and found, synchronously and asynchronously."""
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


def test_the_emulator_says_what_to_install(bare_python: Path, tmp_path: Path) -> None:
    """On the command line it is one line without a traceback."""
    ran = run(bare_python, "-I", "-m", f"{NAME}.emulator", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    told = r'emissary emulator: the emulator needs (starlette|uvicorn): pip install "emissary-client-sdk\[emulator\]"\n'
    assert re.fullmatch(told, ran.stderr)
    assert list(tmp_path.iterdir()) == []


def test_the_quickstart_says_what_to_install(bare_python: Path) -> None:
    """So does the README's first program."""
    ran = run(bare_python, "-I", ROOT / "docs" / "examples" / "quickstart.py")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert 'pip install "emissary-client-sdk[emulator]"' in ran.stderr
