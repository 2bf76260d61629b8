"""The how-tos build one project; here it is built, set up with their own commands, and run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hardening
from tests.docs.pages import ROOT, blocks

FILES = {block.file: block for block in blocks("python", "html") if block.file}
FRAGMENTS = [block for block in blocks("python") if not block.file]
GATES = [block for block in FRAGMENTS if block.text.startswith("with hardening.disclose(")]
"""Pieces of a view: they run as tests of the example, on its own person."""
SETTINGS = FILES["mysite/settings.py"]

MANAGE = f"""#!{sys.executable}
import os, sys
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
execute_from_command_line(sys.argv)
"""

OPENING = """
from datetime import date
from django.contrib.auth import get_user_model
from django.test import RequestFactory, TestCase
import hardening
from clinic.models import Patient
from clinic.registering import register
from clinic.tests import NIR
from hardening.assurance.current import assurance_of
from hardening.testing.logins import log_in

class Fragments(TestCase):
    databases = {"default", "hardening"}

    def seen(self, fragment):
        born, rank = date(1969, 5, 12), 1
        register(nir=NIR, birth_date=born, birth_rank=rank, last_name="Ferrand")
        request = RequestFactory().post("/")
        request.user = get_user_model().objects.create_user("amine.benali", password="une phrase assez longue")
        request.session = log_in(self.client, request.user)
        request.assurance = assurance_of(request)
        held = {"hardening": hardening, "request": request, "nir": NIR, "born": born, "rank": rank}
        exec(fragment, held | {"Beneficiary": Patient, "Patient": Patient}, seen := {})
        return seen["shown"]
"""


def as_test(number: int) -> str:
    """Return the test method that runs one piece of a view."""
    fragment = GATES[number].text
    return f"    def test_{number}(self):\n        self.assertEqual(self.seen({fragment!r}).last_name, 'Ferrand')\n"


class Project:
    """The example project on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "mysite"
        self.keys = folder / "keys"
        for name, block in FILES.items():
            self.write(name, block.text)
        for package in {Path(name).parts[0] for name in FILES}:
            self.write(f"{package}/__init__.py", "")
        self.write("clinic/migrations/__init__.py", "")
        self.write("manage.py", MANAGE)
        (self.folder / "manage.py").chmod(0o755)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the documentation as a reader would, with the keys in a folder of this test."""
        given = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": "of the example alone, and long enough for any check of it",
            "HARDENING_KEYS_FILE": str(self.keys / "keys.json"),
        }
        return subprocess.run(
            ["/bin/sh", "-ec", script.replace("/etc/portal/keys", str(self.keys))],
            cwd=self.folder,
            env=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, brought up with the commands of the installation."""
    made = Project(tmp_path_factory.mktemp("example"))
    (written,) = [block.text for block in blocks("console") if "keys init" in block.text and "install" in block.page]
    steps = ["./manage.py makemigrations clinic", *(line.removeprefix("$ ") for line in written.splitlines())]
    done = made.run("\n".join(steps))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every canary opens" in done.stdout
    return made


def test_the_installed_example_gives_no_warning_of_ours(project: Project) -> None:
    done = project.run("./manage.py check --deploy --database default --database hardening")

    assert done.returncode == 0
    assert "hardening" not in done.stdout + done.stderr


def test_strangers_may_call_what_the_login_needs_and_nothing_of_the_example(project: Project) -> None:
    done = project.run("./manage.py list_requirements --public")

    assert "/login/ (hardening:login)" in done.stdout
    assert "patients" not in done.stdout


def test_the_tests_of_the_example_pass(project: Project) -> None:
    project.write("clinic/test_fragments.py", "\n".join([OPENING, *map(as_test, range(len(GATES)))]))
    written = FILES["clinic/tests.py"].text.count("def test_") + len(GATES)

    done = project.run("./manage.py test")

    assert done.returncode == 0, done.stderr
    assert f"Ran {written} tests" in done.stderr


def test_an_edit_left_out_is_an_error_of_the_check(project: Project) -> None:
    whole = SETTINGS.text
    edited = whole.replace('    "hardening.middleware.HardeningMiddleware",\n', "")
    project.write("mysite/settings.py", edited)
    done = project.run("./manage.py check")
    project.write("mysite/settings.py", whole)

    assert edited != whole
    assert done.returncode == 1
    assert "hardening.E006" in done.stderr


def test_every_block_that_is_no_file_is_a_gate_or_settings() -> None:
    """Anything else would be shown and never run."""
    assert [str(block) for block in FRAGMENTS if block not in GATES and not settings_of(block.text)] == []


def test_settings_shown_in_passing_are_those_of_the_whole_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list with an ellipsis adds to the reader's own; what it adds stands in the example, in that order."""
    monkeypatch.setenv("SECRET_KEY", "any")
    whole = settings_of(SETTINGS.text)
    shown = [item for block in FRAGMENTS if block not in GATES for item in settings_of(block.text).items()]

    assert [(name, value) for name, value in shown if not is_part_of(whole[name], value)] == []


def test_settings_that_differ_from_the_example_would_be_found() -> None:
    assert is_part_of(["a", "b", "c"], [..., "a", "c"])
    assert not is_part_of(["a", "b", "c"], [..., "c", "a"])
    assert not is_part_of("hardening", "default")


def is_part_of(whole: object, shown: object) -> bool:
    if not isinstance(whole, list) or not isinstance(shown, list):
        return whole == shown
    stated = [item for item in shown if item is not ...]
    return [item for item in whole if item in stated] == stated


def settings_of(text: str) -> dict[str, object]:
    """Return what a block of settings sets."""
    held: dict[str, object] = {"hardening": hardening, "__file__": str(ROOT / "mysite/settings.py")}
    exec(compile(text, "settings", "exec"), held)  # noqa: S102 - our own pages
    return {name: value for name, value in held.items() if name.isupper()}
