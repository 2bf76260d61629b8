import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from hardening import clock
from hardening.errors import KeyUnavailableError
from hardening.keys.checks import (
    E001,
    E002,
    MANY_ROWS,
    W001,
    W002,
    W003,
    check_key_file,
    check_known_keys,
    check_production_source,
)
from hardening.keys.creation import create_keys
from hardening.keys.key_file import KEYSETS
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring, key_ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def restored(key_ring: KeyRing) -> Any:
    """An empty database, and the run's ring again afterwards."""
    KeyRecord.objects.all().delete()
    yield
    adopt_key_ring(key_ring)


@pytest.fixture
def path(tmp_path: Path) -> Any:
    path = tmp_path / "var" / "keys.json"
    with override_settings(HARDENING_KEYS={"file": path}):
        yield path


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("keys", *arguments, stdout=out)
    return out.getvalue()


def messages(found: list[Any]) -> list[str]:
    return [message.id for message in found]


@pytest.mark.usefixtures("path")
def test_init_makes_a_ring_that_the_database_knows() -> None:
    report = json.loads(command("init", "--json"))

    assert [key["keyset"] for key in report["keys"]] == list(KEYSETS)
    assert report["problems"] == []
    assert key_ring().primary_id("encryption") == report["keys"][0]["id"]
    assert messages(check_key_file() + check_known_keys(databases=["default"])) == []


def test_c14_nothing_that_is_printed_is_a_key(path: Path) -> None:
    printed = command("init") + command("status") + command("status", "--json")

    roots = [key["root"] for key in json.loads(path.read_text(encoding="utf-8"))["keys"]]
    assert "every canary opens" in printed
    assert not any(root in printed for root in roots)


def test_ids_are_never_used_again(path: Path) -> None:
    first = {key.id for key in create_keys()}
    KeyRecord.objects.all().delete()
    path.unlink()

    assert first.isdisjoint({key.id for key in create_keys()})


def test_init_refuses_to_replace_a_file_or_a_ring(path: Path) -> None:
    create_keys()
    before = path.read_bytes()

    with pytest.raises(CommandError, match="database knows keys already"):
        command("init")
    KeyRecord.objects.all().delete()
    with pytest.raises(CommandError, match="never overwritten"):
        command("init")

    assert path.read_bytes() == before
    assert not KeyRecord.objects.exists()


def test_a_file_that_cannot_be_written_leaves_no_key_in_use_and_init_can_be_run_again(path: Path) -> None:
    path.parent.write_text("in the way", encoding="utf-8")

    with pytest.raises(KeyUnavailableError):
        create_keys()
    assert set(KeyRecord.objects.values_list("state", flat=True)) == {"pending"}

    path.parent.unlink()
    create_keys()
    assert key_ring().primary_id("digest")


def restored_from_another_database(record: KeyRecord) -> None:
    record.check_value = "0" * 16


def broken_canary(record: KeyRecord) -> None:
    record.canary = bytes(len(record.canary))


def destroyed(record: KeyRecord) -> None:
    record.state = "destroyed"


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (restored_from_another_database, "is another key than the database knows"),
        (broken_canary, "does not open its canary"),
        (destroyed, "was destroyed, yet the key file holds it"),
        (KeyRecord.delete, "is unknown to the database"),
    ],
)
def test_a_contradiction_stops_the_process_and_says_which_key(change: Any, problem: str) -> None:
    create_keys()
    record = KeyRecord.objects.earliest("pk")
    key_id = record.pk
    change(record)
    if record.pk:
        record.save()

    with pytest.raises(KeyUnavailableError, match=f"key {key_id} {problem}|key {key_id} of the key file {problem}"):
        key_ring()
    assert set(messages(check_known_keys(databases=["default"]))) == {E002}
    with pytest.raises(CommandError):
        command("status")


@pytest.mark.usefixtures("path")
def test_a_key_that_is_missing_from_the_file_stops_the_process() -> None:
    create_keys()
    KeyRecord.objects.create(pk=999, keyset="digest", state="retired", check_value="0" * 16, created_at=clock.now())

    with pytest.raises(KeyUnavailableError, match="key 999 is missing from the key file"):
        key_ring()


def test_a_new_machine_is_warned_and_a_lost_file_is_an_error(path: Path) -> None:
    assert messages(check_key_file()) == [W001]
    assert messages(check_known_keys(databases=["default"])) == []

    create_keys()
    path.unlink()
    assert messages(check_known_keys(databases=["default"])) == [E002]
    with pytest.raises(KeyUnavailableError, match="keys init"):
        key_ring()


def test_an_unusable_file_is_an_error(path: Path) -> None:
    create_keys()
    path.chmod(0o644)

    assert messages(check_key_file()) == [E001]
    assert messages(check_known_keys(databases=["default"])) == [E002]


@pytest.mark.usefixtures("path")
def test_before_the_first_migration_there_is_nothing_to_hold_against() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hardening_keys_key RENAME TO put_away")
    try:
        assert messages(check_known_keys(databases=["default"])) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE put_away RENAME TO hardening_keys_key")
    assert messages(check_known_keys(databases=None)) == []


@pytest.mark.usefixtures("path")
def test_a_worn_key_is_a_warning() -> None:
    create_keys()
    KeyRecord.objects.filter(keyset="encryption").update(rows_sealed=MANY_ROWS)

    assert messages(check_known_keys(databases=["default"])) == [W003]


@pytest.mark.usefixtures("path")
def test_a_path_in_the_settings_is_a_warning_in_production() -> None:
    assert messages(check_production_source()) == [W002]
    with override_settings(HARDENING_KEYS={}):
        assert messages(check_production_source()) == []
        assert messages(check_key_file()) == [E001]


@pytest.mark.usefixtures("path")
def test_two_primaries_of_one_keyset_cannot_be_recorded() -> None:
    create_keys()

    with pytest.raises(IntegrityError), transaction.atomic():
        KeyRecord.objects.create(keyset="digest", state="primary", check_value="0" * 16, created_at=clock.now())
