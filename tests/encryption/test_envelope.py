import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.envelope import (
    HEADER_BYTES,
    Flag,
    Suite,
    associated_data,
    field_data,
    forms_with_part,
    header,
    index_count,
    nonce_position,
    open_blob,
    overhead,
    parse_header,
    part_forms,
    seal_with_nonce,
)
from hardening.encryption.operations import CIPHERS
from hardening.errors import DecryptionError
from hardening.keys.framing import framed

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/sealed_blob.json").read_text(encoding="utf-8"))["vectors"]
KEY = bytes(range(32))
NONCE = bytes(12)
HEAD = header(Suite.AES_256_GCM, Flag.INDEX, key_id=7)
PARTS = st.tuples(
    st.sampled_from(list(Suite)), st.sampled_from([0, 1, 3, 4, 5, 7]), st.integers(1, 32767), st.text(max_size=6)
)


def sealed(plaintext: bytes = b"\x01253072B07300470") -> bytes:
    return seal_with_nonce(
        AESGCM(KEY),
        plaintext,
        head=HEAD,
        field=field_data(HEAD, "coverage.beneficiary.nir"),
        binding=b"row",
        indexes=b"i" * 16,
        nonce=NONCE,
    )


def opened(blob: bytes, *, cipher: AESGCM | None = None, **changed: Any) -> bytes:
    place: dict[str, Any] = {
        "nonce_at": nonce_position(Flag.INDEX),
        "field": field_data(HEAD, "coverage.beneficiary.nir"),
        "binding": b"row",
    }
    return open_blob(cipher or AESGCM(KEY), blob, **place | changed)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_the_format_is_frozen(vector: dict[str, Any]) -> None:
    parts = {name: bytes.fromhex(vector[name]) for name in ("key", "plaintext", "binding", "indexes", "nonce", "blob")}
    suite, flags = Suite[vector["suite"]], Flag(vector["flags"])
    head = header(suite, flags, key_id=vector["key_id"])
    field = field_data(head, vector["field_id"])
    cipher = CIPHERS[suite](parts["key"])

    assert associated_data(field, binding=parts["binding"], indexes=parts["indexes"]).hex() == vector["associated_data"]
    blob = seal_with_nonce(
        cipher,
        parts["plaintext"],
        head=head,
        field=field,
        binding=parts["binding"],
        indexes=parts["indexes"],
        nonce=parts["nonce"],
    )
    assert blob == parts["blob"]
    nonce_at = nonce_position(flags)
    opened_again = open_blob(cipher, parts["blob"], nonce_at=nonce_at, field=field, binding=parts["binding"])
    assert opened_again == parts["plaintext"]


def test_a_number_with_its_index_takes_64_bytes() -> None:
    assert len(sealed()) == 64
    assert overhead(Flag.INDEX) + 16 == 64


@given(
    first=st.tuples(PARTS, st.binary(max_size=8), st.binary(max_size=8)),
    second=st.tuples(PARTS, st.binary(max_size=8), st.binary(max_size=8)),
)
def test_different_places_never_share_associated_data(first: Any, second: Any) -> None:
    def data(parts: Any) -> bytes:
        (suite, flags, key_id, field_id), binding, indexes = parts
        head = header(suite, Flag(flags), key_id=key_id)
        return associated_data(field_data(head, field_id), binding=binding, indexes=indexes)

    assert (data(first) == data(second)) == (first == second)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_associated_data_is_framed_like_everything_else(binding: bytes, indexes: bytes) -> None:
    field = framed("hardening sealed v1", b"\x91", b"\x01", b"\x00\x07", "f")

    assert field == field_data(HEAD, "f")
    assert associated_data(field, binding=binding, indexes=indexes) == field + framed(binding, indexes)


@pytest.mark.parametrize("bit", [0x01, 0x80])
@pytest.mark.parametrize("position", range(HEADER_BYTES, 64))
def test_i10_c3_a_blob_altered_in_any_byte_does_not_open(position: int, bit: int) -> None:
    blob = bytearray(sealed())
    blob[position] ^= bit

    with pytest.raises(DecryptionError):
        opened(bytes(blob))


@pytest.mark.parametrize("length", range(64))
def test_c3_a_truncated_blob_does_not_open(length: int) -> None:
    with pytest.raises(DecryptionError):
        opened(sealed()[:length])


@pytest.mark.parametrize(
    "changed",
    [
        {"binding": b"another row"},
        {"field": field_data(HEAD, "coverage.beneficiary.name")},
        {"field": field_data(header(Suite.AES_256_GCM, Flag.INDEX, key_id=8), "coverage.beneficiary.nir")},
        {"field": field_data(header(Suite.AES_256_GCM_SIV, Flag.INDEX, key_id=7), "coverage.beneficiary.nir")},
        {"nonce_at": 4},
        {"nonce_at": 36},
    ],
    ids=["row", "column", "key id", "suite", "fewer indexes", "more indexes"],
)
def test_i10_a_blob_moved_elsewhere_does_not_open(changed: Any) -> None:
    with pytest.raises(DecryptionError):
        opened(sealed(), **changed)


def test_c3_another_key_does_not_open_it() -> None:
    with pytest.raises(DecryptionError):
        opened(sealed(), cipher=AESGCM(bytes(32)))


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x91\x01\x00", b"2530", b"\x91\x02\x00\x07", b"\x91\x20\x00\x07", b"\x91\x40\x00\x07", b"\x93\x01\x00\x07"],
)
def test_a_header_that_was_never_written_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|flags|Suite"):
        parse_header(octets)


def test_values_of_one_column_may_have_fewer_parts_and_are_told_apart_by_their_flags() -> None:
    assert part_forms(Flag.INDEX | Flag.TWO_PARTS) == (17, 9, 1)
    assert part_forms(Flag.PADDED | Flag.PART) == (12, 4)
    assert part_forms(Flag.INDEX) == (1,)


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("beside_whole", [True, False])
def test_a_part_is_read_where_the_flags_announce_it_and_nowhere_else(part: int, beside_whole: bool) -> None:  # noqa: FBT001
    forms = forms_with_part(part, beside_whole=beside_whole)

    for flags in range(256):
        is_read = flags < 64 and bool(flags & 1) == beside_whole and index_count(flags) >= part + beside_whole
        assert (flags in forms) == is_read


@given(st.text(min_size=1))
def test_no_text_starts_like_a_blob(text: str) -> None:
    encoded = text.encode("utf-8", errors="ignore")

    assert not encoded or encoded[0] not in set(Suite)
