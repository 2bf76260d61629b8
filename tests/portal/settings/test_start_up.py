"""A server whose keys are not right ends before it answers anybody (D5)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

PATIENCE_SECONDS = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of a demonstration that nobody has filled."""
    folder = Path(settings.BASE_DIR) / "var" / f"start-{uuid4().hex[:8]}"
    folder.mkdir(parents=True, mode=0o700)
    yield folder
    shutil.rmtree(folder)


def start(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "DEMO": folder.name,
        "PORT": "0",
        "WEB_CONCURRENCY": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def test_without_its_key_file_a_server_ends_and_names_the_command_that_makes_one(folder: Path) -> None:
    ended = start(folder)

    assert ended.returncode != 0
    assert "manage.py keys init" in ended.stderr


def test_a_key_file_that_others_can_read_ends_it_too_with_the_command_that_mends_it(folder: Path) -> None:
    (folder / "keys.json").write_text("{}")
    (folder / "keys.json").chmod(0o644)

    ended = start(folder)

    assert ended.returncode != 0
    assert "chmod 600" in ended.stderr
