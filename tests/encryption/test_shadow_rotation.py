"""rotate_keys --strategy shadow: the copy is the same table, under the new key, whatever happens meanwhile."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from hardening.encryption.census import values_by_key
from hardening.encryption.sealed_table import sealed_tables
from hardening.encryption.shadow.place import find_original, session
from hardening.encryption.shadow.portrait import Extent, portrait
from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient, Policy, Visit
from tests.encryption.second_keys import record, with_second

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]


@pytest.fixture
def claire() -> Patient:
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, note="seen", ward="north")


@pytest.fixture
def newer(claire: Patient, key_ring: KeyRing) -> Iterator[KeyRing]:
    """A ring whose second encryption key is the primary one; what stands was sealed before it came."""
    Contact.objects.create(phone="1", email="claire@example.org")
    Policy.objects.create(number="N1", nir=AMINE_NIR)
    Visit.objects.create(patient=claire, label="first")
    ring = KeyRing(with_second(key_ring.keys))
    record(ring)
    adopt_key_ring(ring)
    yield ring
    adopt_key_ring(key_ring)
    record(key_ring)


def rotate(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_keys", "--json", "--strategy", "shadow", *options, stdout=out, stderr=io.StringIO())
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def portrait_of(model: str) -> list[str]:
    (table,) = sealed_tables(model)
    with session(table) as at:
        return portrait(at, find_original(at, table).oid, extent=Extent.WHOLE)


def rooms() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hardening_shadow%'")
        return [name for (name,) in cursor.fetchall()]


def test_c8_everything_stands_under_the_new_key_afterwards_by_a_fresh_count(newer: KeyRing) -> None:
    old = newer.keys[0].id

    told = rotate()

    assert values_by_key() == {21: 6}
    assert (told["values_before"], told["values_after"]) == ({str(old): 6}, {"21": 6})
    assert (told["rows_rotated"], told["values_left"], told["values_that_do_not_open"]) == (3, 0, 0)
    assert rooms() == []


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("model", ["records.Patient", "records.Contact", "records.Policy"])
def test_names_constraints_indexes_keys_and_sequences_are_the_same_afterwards(model: str) -> None:
    before = portrait_of(model)

    rotate("--model", model)

    assert portrait_of(model) == before
