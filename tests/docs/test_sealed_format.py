from datetime import date
from typing import Any

import pytest

from hardening.keys.ring import KeyRing
from tests.docs.pages import blocks
from tests.encryption.records.models import Contact, Insured, Patient, Policy

(READER,) = [block for block in blocks("python") if block.file == "tools/open_blob.py"]
NIR = "269054958815780"


def opened(record: Any, name: str, *, binding: bytes, ring: KeyRing) -> bytes:
    """Open a stored value with the reader of the page, which knows nothing of the package but the key file."""
    reader: dict[str, Any] = {}
    exec(compile(READER.text, READER.file, "exec"), reader)  # noqa: S102 - our own page
    type(record)._default_manager.bulk_create([record])
    blob = getattr(record, record._meta.get_field(name).attname).blob()
    (root,) = [key.root for key in ring.keys if key.id == int.from_bytes(blob[2:4], "big")]
    plaintext: bytes = reader["open_blob"](
        blob, root=root, field_id=f"{record._meta.label_lower}.{name}", binding=binding
    )
    return plaintext


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "plaintext"),
    [
        ("nir", NIR, b"\x07" + int(NIR).to_bytes(7, "big")),
        ("birth_date", date(1969, 5, 12), b"\x03\x07\xb1\x05\x0c"),
        ("family_name", "Ferrand-Koné", b"\x01" + "Ferrand-Koné".encode()),
        ("note", "of the other suite", b"\x01of the other suite"),
    ],
)
def test_the_reader_of_the_page_opens_what_a_field_sealed(
    key_ring: KeyRing, name: str, value: object, plaintext: bytes
) -> None:
    record = Patient(**{name: value})

    assert opened(record, name, binding=b"u" + record.pk.bytes, ring=key_ring) == plaintext


@pytest.mark.django_db
def test_it_opens_rows_bound_to_a_seal_id_or_to_a_number(key_ring: KeyRing) -> None:
    contact, policy = Contact(phone="0199002020"), Policy(number="P-7", member="M-1")

    assert opened(contact, "phone", binding=b"u" + contact.seal_id.bytes, ring=key_ring) == b"\x010199002020"
    assert opened(policy, "member", binding=b"sP-7", ring=key_ring) == b"\x01M-1"


@pytest.mark.django_db
def test_it_opens_values_with_indexes_of_parts(key_ring: KeyRing) -> None:
    with_whole, alone = Insured(nir=NIR), Insured(birth_date=date(1969, 5, 12))

    assert opened(with_whole, "nir", binding=b"u" + with_whole.pk.bytes, ring=key_ring) == b"\x07" + int(NIR).to_bytes(
        7, "big"
    )
    plaintext = opened(alone, "birth_date", binding=b"u" + alone.pk.bytes, ring=key_ring)
    assert plaintext == b"\x03\x07\xb1\x05\x0c"
    assert len(with_whole.nir.blob()) == 56 + 2 * 16


@pytest.mark.django_db
def test_a_number_takes_the_56_bytes_that_the_page_says() -> None:
    patient = Patient(nir=NIR)

    assert len(patient.nir.blob()) == 56
