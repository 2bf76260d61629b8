import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import databases


def test_an_address_becomes_settings() -> None:
    settings = databases.postgresql("postgresql://claire:p%40ss@db.example:5433/portal?sslmode=verify-full")

    assert (settings["NAME"], settings["USER"]) == ("portal", "claire")
    assert (settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("p@ss", "db.example", "5433")
    assert settings["OPTIONS"] == {"sslmode": "verify-full"}


def test_the_neighbouring_database_differs_in_name_alone() -> None:
    address = "postgresql://claire@/portal?host=/run/postgresql"

    assert databases.postgresql(address, name="hardening") == {**databases.postgresql(address), "NAME": "hardening"}


def test_a_database_that_all_others_wait_for_gives_up_waiting_itself() -> None:
    settings = databases.impatient(databases.postgresql("postgresql://claire@/hardening?sslmode=verify-full"))

    assert settings["OPTIONS"] == {"sslmode": "verify-full", "options": "-c lock_timeout=5s"}


def test_an_address_of_something_else_is_refused_without_repeating_it() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        databases.postgresql("mysql://claire:a-wet-tram@db.example/portal")

    assert "a-wet-tram" not in str(refusal.value)


WRITE_TWICE = """
import sqlite3, sys, time
from pathlib import Path
import django
from django.conf import settings
from portal.settings import databases
settings.configure(DATABASES={"default": databases.sqlite(Path(sys.argv[1]), synchronous="FULL")})
django.setup()
from django.db import OperationalError, connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA journal_mode"); print(cursor.fetchone()[0])
    cursor.execute("PRAGMA synchronous"); print(cursor.fetchone()[0])
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
began = time.monotonic()
try:
    from django.db import transaction
    with transaction.atomic():
        pass
except OperationalError as refusal:
    print(refusal, 0.2 < time.monotonic() - began < 1)
"""


def test_an_sqlite_file_is_shared_for_a_quarter_of_a_second_then_refused(tmp_path: Path) -> None:
    program = [sys.executable, "-c", WRITE_TWICE, str(tmp_path / "portal.sqlite3")]
    done = subprocess.run(program, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[:3] == ["wal", "2", "database is locked True"]
