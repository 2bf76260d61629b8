"""The wheel that a portal installs: all of the package, nothing else."""

import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {".po", ".pyc"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build from a copy, so that no build folder is left in the clone; without the network."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "hardening", source / "hardening", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "portal", source / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return zipfile.ZipFile(next((source / "dist").glob("*.whl")))


@pytest.fixture(scope="session")
def metadata(wheel: zipfile.ZipFile) -> Message:
    return message_from_bytes(wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))))


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "hardening").rglob("*") if path.is_file()}
    shipped = {name for name in files if Path(name).suffix not in NOT_SHIPPED}

    assert shipped - set(wheel.namelist()) == set()
    assert "hardening/py.typed" in shipped


def test_the_wheel_holds_nothing_but_the_package(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"hardening"}


def test_the_wheel_asks_for_the_versions_that_are_part_of_the_defence(metadata: Message) -> None:
    needed = {need.split(";")[0].replace(" ", "") for need in metadata.get_all("Requires-Dist", [])}

    assert "django-otp>=1.7.5" in needed
    assert not {need for need in needed if need.startswith(("pytest", "gunicorn", "psycopg"))}


def test_the_wheel_names_its_licence_and_its_oldest_python(metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
