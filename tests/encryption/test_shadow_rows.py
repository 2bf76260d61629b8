"""A row of a binary COPY is resealed as bytes; what is no blob goes over untouched."""

from struct import pack
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.encryption.binding import encode_binding
from hardening.encryption.shadow.rows import RowLayout, binding_reader

KEY = UUID("00030000-0000-4000-8000-00000000c1a1")
columns = st.lists(st.one_of(st.none(), st.binary(max_size=40)), max_size=4)


def row(*values: bytes | None) -> bytes:
    parts = [pack("!i", -1) if value is None else pack("!i", len(value)) + value for value in values]
    return pack("!h", len(values)) + b"".join(parts)


@given(blobs=columns, rest=columns)
def test_each_blob_is_replaced_and_every_other_byte_stays(blobs: list[bytes | None], rest: list[bytes | None]) -> None:
    layout = RowLayout(["uuid"], bound_to=[0] * len(blobs))

    fresh = layout.reseal(row(KEY.bytes, *blobs, *rest), lambda _, blob, __: blob + b"!")

    assert fresh == row(KEY.bytes, *(None if blob is None else blob + b"!" for blob in blobs), *rest)


def test_a_row_with_nothing_to_do_is_the_same_object() -> None:
    layout = RowLayout(["uuid"], bound_to=[0])
    given_row = row(KEY.bytes, b"blob", b"rest")

    # As blobs that are kept are: a slice of the row is handed out, and comes back.
    assert layout.reseal(given_row, lambda _, blob, __: blob) is given_row


def test_each_column_is_told_its_number_and_its_own_binding() -> None:
    layout = RowLayout(["bigint", "text"], bound_to=[1, 0])
    told: list[tuple[int, bytes, bytes]] = []

    def note(number: int, blob: bytes, binding: bytes) -> bytes:
        told.append((number, blob, binding))
        return blob

    layout.reseal(row(pack("!q", 7), b"N1", b"first", b"second"), note)

    assert told == [(0, b"first", b"sN1"), (1, b"second", b"i7")]


@pytest.mark.parametrize(
    ("kind", "octets", "value"),
    [
        ("uuid", KEY.bytes, KEY),
        ("smallint", pack("!h", -3), -3),
        ("integer", pack("!i", 70_000), 70_000),
        ("bigint", pack("!q", -(2**40)), -(2**40)),
        ("text", "Noël".encode(), "Noël"),
        ("character varying", b"", ""),
    ],
)
def test_a_binding_is_read_as_the_fields_encode_it(kind: str, octets: bytes, value: UUID | str | int) -> None:
    assert binding_reader(kind)(octets) == encode_binding(value)


def test_a_key_of_another_type_passes_where_nothing_is_bound_to_it() -> None:
    layout = RowLayout(["date", "uuid"], bound_to=[1])

    fresh = layout.reseal(row(pack("!i", 9), KEY.bytes, b"blob"), lambda _, blob, binding: blob + binding[:1])

    assert fresh == row(pack("!i", 9), KEY.bytes, b"blobu")
    assert layout.first(fresh) == pack("!i", 9)
