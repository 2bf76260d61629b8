"""Several administrators at once, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.key_file import KEYSETS
from hardening.keys.key_store import read_keys
from hardening.keys.models import KeyRecord
from hardening.keys.verification import contradictions, known_records, unfinished

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

    at_once(*[lambda key=key: lifecycle.promote_key(key) for key in keys])

    stands()
    assert KeyRecord.objects.get(keyset="encryption", state="primary").pk in keys


def test_a_key_that_one_promotes_and_another_retires_ends_in_one_of_both() -> None:
    for _ in range(5):
        key = lifecycle.add_key("encryption")

        results = at_once(lambda key=key: lifecycle.promote_key(key), lambda key=key: lifecycle.retire_key(key))

        assert results.count(KeyUnavailableError) == 1
        stands()


def test_adding_promoting_and_destroying_at_once_loses_nothing() -> None:
    first = KeyRecord.objects.get(keyset="encryption").pk
    second, third = lifecycle.add_key("encryption"), lifecycle.add_key("encryption")
    lifecycle.promote_key(second)
    lifecycle.retire_key(first)

    added = at_once(
        lambda: lifecycle.add_key("digest"), lambda: lifecycle.promote_key(third), lambda: lifecycle.destroy_key(first)
    )[0]

    held = {key.id for key in read_keys()}
    assert {added, second, third} <= held
    assert first not in held
    stands()
