"""The set-up script on real interpreters and real environments, with a package of our own and no network."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "set_up.py"
STDLIB = Path(sysconfig.get_path("stdlib"))


@dataclass
class Clone:
    """A clone with nothing but the script and requirements, and the programs that its PATH holds."""

    folder: Path
    programs: Path

    def install(self, name: str, *, to: str) -> None:
        (self.programs / name).symlink_to(to)

    def require(self, file: str, *, version: str) -> None:
        wheel = build_wheel(self.folder / "wheels", version=version)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines = ["--no-index", f"--find-links {wheel.parent}", f"cast=={version} --hash=sha256:{digest}", ""]
        (self.folder / file).write_text("\n".join(lines))

    def set_up(self, purpose: str = "demo", *, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, str(self.folder / ".ci" / "set_up.py"), purpose],
            env={"PATH": str(self.programs), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def version_installed(self) -> str:
        program = "from importlib.metadata import version; print(version('cast'))"
        asked = [str(self.folder / ".venv" / "bin" / "python"), "-c", program]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def build_wheel(folder: Path, *, version: str) -> Path:
    """Write the smallest wheel: a package named after our cast."""
    folder.mkdir(exist_ok=True)
    path = folder / f"cast-{version}-py3-none-any.whl"
    info = f"cast-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("cast.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: cast\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = Clone(tmp_path / "clone", tmp_path / "bin")
    (made.folder / ".ci").mkdir(parents=True)
    made.programs.mkdir()
    shutil.copy(SCRIPT, made.folder / ".ci")
    made.require("requirements.txt", version="1.0")
    made.require("requirements-test.txt", version="1.0")
    return made


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """Return a real interpreter whose installation lacks ensurepip, as Debian's does without python3-venv."""
    home = tmp_path / "bare"
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = home / "lib" / name
    library.mkdir(parents=True)
    (home / "bin").mkdir()
    for part in STDLIB.iterdir():
        if part.name not in {"ensurepip", "site-packages", "dist-packages"}:
            (library / part.name).symlink_to(part)
    for part in Path(sys.base_prefix, "lib").glob("libpython*"):
        (home / "lib" / part.name).symlink_to(part)
    (library / "site-packages").mkdir()
    shutil.copy(os.path.realpath(sys.executable), home / "bin" / name)
    return home / "bin" / name


def give_pip(python: Path) -> None:
    """Install pip where this interpreter looks for packages; Debian's looks elsewhere than others."""
    spec = find_spec("pip")
    assert spec is not None
    assert spec.origin is not None
    where = [str(python), "-c", "import site; print(site.getsitepackages()[0])"]
    packages = Path(subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip())
    assert packages.is_relative_to(python.parents[1])
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "pip").symlink_to(Path(spec.origin).parent)


def uv() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "uv")


def test_uv_comes_first(clone: Clone) -> None:
    clone.install("uv", to=uv())

    assert "by uv in" in clone.set_up().stdout
    assert clone.version_installed() == "1.0"


def test_without_uv_the_environment_brings_its_own_pip(clone: Clone) -> None:
    assert "by venv and its pip in" in clone.set_up().stdout
    assert clone.version_installed() == "1.0"


def test_without_ensurepip_the_systems_pip_fills_the_environment(clone: Clone, bare_python: Path) -> None:
    give_pip(bare_python)

    done = clone.set_up(python=str(bare_python))

    assert "by venv and the system's pip in" in done.stdout, done.stderr
    assert clone.version_installed() == "1.0"


def test_without_any_way_it_says_both_things_that_mend_it(clone: Clone, bare_python: Path) -> None:
    done = clone.set_up(python=str(bare_python))

    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert "install uv" in done.stderr
    assert not (clone.folder / ".venv").exists()


def test_a_second_call_installs_nothing(clone: Clone) -> None:
    clone.install("uv", to=uv())
    clone.set_up()

    assert clone.set_up().stdout == ""


def test_changed_requirements_are_installed_anew(clone: Clone) -> None:
    clone.install("uv", to=uv())
    clone.set_up()
    clone.require("requirements.txt", version="2.0")

    clone.set_up()

    assert clone.version_installed() == "2.0"


def test_what_the_suite_needs_is_added_to_what_the_demonstration_needed(clone: Clone) -> None:
    clone.install("uv", to=uv())
    clone.set_up("demo")
    kept = clone.folder / ".venv" / "kept"
    kept.touch()

    assert "requirements-test.txt" in clone.set_up("test").stdout
    assert kept.exists()
    assert clone.set_up("demo").stdout == ""


def test_without_uv_neither_purpose_takes_the_other_s_packages_away(clone: Clone) -> None:
    clone.set_up("test")
    kept = clone.folder / ".venv" / "kept"
    kept.touch()

    clone.set_up("demo")

    assert kept.exists()
    assert clone.set_up("test").stdout == ""


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Clone, bare_python: Path) -> None:
    clone.install("uv", to=uv())
    wheel = clone.folder / "wheels" / "cast-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "a") as tampered:
        tampered.writestr("more.py", "")

    done = clone.set_up(python=str(bare_python))

    assert done.returncode == 1
    assert "hash" in done.stderr.lower()


def test_an_environment_that_was_interrupted_is_made_again(clone: Clone) -> None:
    clone.install("uv", to=uv())
    (clone.folder / ".venv" / "bin").mkdir(parents=True)

    assert clone.set_up().returncode == 0
    assert clone.version_installed() == "1.0"


@pytest.fixture
def script() -> ModuleType:
    """Return the script as a module, to ask it one question."""
    spec = spec_from_file_location("set_up", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def too_old(clone: Clone) -> str:
    """Return a program that answers as Python 3.8 does."""
    program = clone.programs / "python3"
    program.write_text("#!/bin/sh\necho 3 8\n")
    program.chmod(0o755)
    return str(program)


def test_an_interpreter_that_is_too_old_or_only_a_shim_is_passed_over(
    clone: Clone, script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.install("python3.14", to="/bin/false")
    clone.install("python3.13", to=sys.executable)
    monkeypatch.setattr(sys, "executable", too_old(clone))
    monkeypatch.setenv("PATH", str(clone.programs))

    assert script._interpreter() == str(clone.programs / "python3.13")


def test_without_a_new_enough_interpreter_it_says_which_and_how_to_name_one(
    clone: Clone, script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", too_old(clone))
    monkeypatch.setenv("PATH", str(clone.programs))

    with pytest.raises(script.SetUpError, match=r"Python 3\.11 or newer is needed(?s:.)*make PYTHON="):
        script._interpreter()
