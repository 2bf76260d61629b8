import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from hardening.encryption.census import record_census, values_by_key
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing
from tests.encryption.cast import CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Contact, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_id(key_ring: KeyRing) -> int:
    before = values_by_key()
    assert not before
    Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    Patient.objects.create(nir="", note="seen")
    Contact.objects.create(phone="1")
    return key_ring.primary_id("encryption")


def test_every_sealed_value_is_counted_under_its_key(key_id: int) -> None:
    assert values_by_key() == {key_id: 4}


def test_the_numbers_stand_beside_the_keys_afterwards(key_id: int) -> None:
    record_census()

    assert KeyRecord.objects.get(pk=key_id).rows_sealed == 4


def test_a_key_id_of_two_bytes_is_read_whole() -> None:
    Patient.objects.create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_patient SET nir = %s", [b"\x91\x01\x7f\xfe" + bytes(52)])

    assert values_by_key() == {32766: 1}


def test_the_command_says_it_in_words_and_in_json(key_id: int) -> None:
    out, words = io.StringIO(), io.StringIO()

    call_command("count_sealed", "--json", stdout=out)
    call_command("count_sealed", stdout=words)

    assert json.loads(out.getvalue()) == [{"key": key_id, "values": 4}]
    assert words.getvalue() == f"key {key_id}: 4 sealed values\n"


@pytest.mark.postgresql
def test_long_ciphertext_is_never_compressed_in_vain() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT attstorage FROM pg_attribute WHERE attrelid = 'records_patient'::regclass"
            " AND attname IN ('nir', 'birth_date', 'family_name', 'note')"
        )
        assert cursor.fetchall() in ([("e",)], [(b"e",)])
