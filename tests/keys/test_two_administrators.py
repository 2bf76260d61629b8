"""Several administrators at once, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import connection, connections, transaction

from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.key_file import KEYSETS
from hardening.keys.key_store import read_keys
from hardening.keys.models import KeyRecord
from hardening.keys.ring import adopt_key_ring, key_ring
from hardening.keys.verification import contradictions, known_records, unfinished
from tests.encryption.cast import CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Patient
from tests.keys.retiring import retire_long_ago

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
    pytest.mark.usefixtures("own_store"),
]


def at_once(*changes: Callable[[], object]) -> list[object]:
    """Run each change in a thread of its own; return what each returned, or the class of its refusal."""
    start = Barrier(len(changes))

    def one(change: Callable[[], object]) -> object:
        try:
            start.wait(timeout=60)
            return change()
        except KeyUnavailableError as refused:
            return type(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(changes)) as pool:
        return list(pool.map(one, changes))


def stands() -> None:
    keys, records = read_keys(), known_records()
    assert contradictions(keys, records) + unfinished(keys, records) == []
    assert {record.keyset for record in records if record.state == "primary"} == set(KEYSETS)
    assert KeyRecord.objects.filter(state="primary").count() == len(KEYSETS)


def test_eight_who_add_at_once_make_eight_keys_that_are_all_stored() -> None:
    added = at_once(*[lambda: lifecycle.add_key("encryption")] * 8)

    assert len(set(added)) == 8
    assert set(added) <= {key.id for key in read_keys()}
    stands()


def test_of_eight_keys_promoted_at_once_exactly_one_is_primary() -> None:
    keys = [lifecycle.add_key("encryption") for _ in range(8)]

    at_once(*[partial(lifecycle.promote_key, key) for key in keys])

    stands()
    assert KeyRecord.objects.get(keyset="encryption", state="primary").pk in keys


def test_a_key_that_one_promotes_and_another_retires_ends_in_one_of_both() -> None:
    for _ in range(5):
        key = lifecycle.add_key("encryption")

        results = at_once(partial(lifecycle.promote_key, key), partial(lifecycle.retire_key, key))

        assert results.count(KeyUnavailableError) == 1
        stands()


def test_adding_promoting_and_destroying_at_once_loses_nothing() -> None:
    first = KeyRecord.objects.get(keyset="encryption").pk
    second, third = lifecycle.add_key("encryption"), lifecycle.add_key("encryption")
    lifecycle.promote_key(second)
    retire_long_ago(first)

    added = at_once(
        lambda: lifecycle.add_key("digest"), lambda: lifecycle.promote_key(third), lambda: lifecycle.destroy_key(first)
    )[0]

    held = {key.id for key in read_keys()}
    assert {added, second, third} <= held
    assert first not in held
    stands()


def test_what_somebody_is_still_writing_under_a_key_holds_back_its_destruction() -> None:
    first = KeyRecord.objects.get(keyset="encryption").pk
    before = key_ring()
    lifecycle.promote_key(lifecycle.add_key("encryption"))
    retire_long_ago(first)
    adopt_key_ring(before)  # as in a process that has not looked at the store since
    is_written = Event()

    def write() -> None:
        with transaction.atomic():
            Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
            is_written.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")

    def destroy() -> None:
        is_written.wait(timeout=60)
        lifecycle.destroy_key(first)

    assert at_once(write, destroy) == [None, KeyUnavailableError]
    assert first in {key.id for key in read_keys()}


def test_a_writer_who_does_not_end_is_not_waited_for_forever() -> None:
    first = KeyRecord.objects.get(keyset="encryption").pk
    lifecycle.promote_key(lifecycle.add_key("encryption"))
    retire_long_ago(first)
    is_written, is_refused = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            Patient.objects.create()
            is_written.set()
            is_refused.wait(timeout=60)

    def destroy() -> str:
        is_written.wait(timeout=60)
        try:
            lifecycle.destroy_key(first)
        except KeyUnavailableError as refused:
            return str(refused)
        finally:
            is_refused.set()
        return ""

    assert "somebody is writing" in str(at_once(write, destroy)[1])
    assert KeyRecord.objects.get(pk=first).state == "retired"
