from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.audit.canonical import Body, LedgerRow, canonical, canonical_json, microseconds, rows_digest

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ENTRY = Body(
    writer=UUID(int=1),
    wseq=7,
    at=NOON,
    name="login.password.accepted",
    account="claire",
    actor="",
    session="s-1",
    network="203.0.113.0/24",
    address_digest="00112233445566778899aabbccddeeff",
    request_id="k7m2pq9xw4ta",
    intent=None,
    rows_digest=None,
    payload='{"by":"owner"}',
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
BODIES = st.builds(
    Body,
    writer=st.uuids(),
    wseq=st.integers(0, 2**63 - 1),
    at=st.datetimes(timezones=st.just(UTC)),
    name=TEXT,
    account=TEXT,
    actor=TEXT,
    session=TEXT,
    network=TEXT,
    address_digest=TEXT,
    request_id=TEXT,
    intent=st.none() | st.uuids(),
    rows_digest=st.none() | st.binary(max_size=4),
    payload=TEXT,
)


@given(BODIES, BODIES)
def test_two_entries_have_the_same_bytes_only_if_they_are_the_same(one: Body, other: Body) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


@given(BODIES, BODIES, st.sampled_from([field.name for field in fields(Body)]))
def test_every_field_is_under_the_seal(one: Body, other: Body, name: str) -> None:
    changed = replace(one, **{name: getattr(other, name)})
    assert (canonical(one) == canonical(changed)) == (one == changed)


def test_a_character_cannot_move_from_one_field_to_the_next() -> None:
    assert canonical(replace(ENTRY, account="claire1", actor="")) != canonical(
        replace(ENTRY, account="claire", actor="1")
    )


def test_absent_and_empty_are_not_the_same() -> None:
    assert canonical(replace(ENTRY, rows_digest=None)) != canonical(replace(ENTRY, rows_digest=b""))


def test_the_same_instant_in_another_zone_is_the_same_entry() -> None:
    in_paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert canonical(replace(ENTRY, at=in_paris)) == canonical(ENTRY)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        canonical(replace(ENTRY, at=NOON.replace(tzinfo=None)))


def test_the_bytes_of_version_1_never_change() -> None:
    assert canonical(ENTRY) == (
        b"hardening audit entry v1"
        b"\x00\x00\x00\x10"
        + UUID(int=1).bytes
        + b"\x00\x00\x00\x08"
        + (7).to_bytes(8, "big")
        + b"\x00\x00\x00\x08"
        + microseconds(NOON).to_bytes(8, "big")
        + b"\x00\x00\x00\x17login.password.accepted"
        b"\x00\x00\x00\x06claire"
        b"\x00\x00\x00\x00"
        b"\x00\x00\x00\x03s-1"
        b"\x00\x00\x00\x0e203.0.113.0/24"
        b"\x00\x00\x00\x2000112233445566778899aabbccddeeff"
        b"\x00\x00\x00\x0ck7m2pq9xw4ta"
        b"\xff\xff\xff\xff"
        b"\xff\xff\xff\xff"
        b'\x00\x00\x00\x0e{"by":"owner"}'
    )


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_exact_to_the_microsecond(moment: datetime) -> None:
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds(moment)) == moment


ROWS = st.lists(st.builds(LedgerRow, TEXT, st.uuids()), max_size=3)


@given(ROWS, ROWS)
def test_two_sets_of_rows_share_a_digest_only_if_they_are_the_same(
    one: list[LedgerRow], other: list[LedgerRow]
) -> None:
    salt = bytes(16)
    assert (rows_digest(one, salt=salt) == rows_digest(other, salt=salt)) == (one == other)


def test_whoever_holds_a_list_of_people_cannot_find_them_without_the_salt() -> None:
    row = LedgerRow("d-1", UUID(int=9))
    assert rows_digest([row], salt=bytes(16)) != rows_digest([row], salt=bytes([1] * 16))


def test_the_order_of_keys_is_not_part_of_a_payload() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1}) == '{"a":"é","b":1}'


@pytest.mark.parametrize("value", [1.5, {"a": [1.0]}, {1: "a"}, {"a": b"bytes"}, float("nan")])
def test_what_has_no_exact_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
