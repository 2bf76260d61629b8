"""Parts while keys are rotated: found, counted and joined in every step, in values of every form."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef

from hardening.encryption.binding import encode_binding
from hardening.encryption.envelope import Flag, indexes_of
from hardening.encryption.operations import LocalOperations
from hardening.encryption.part_counts import count_by_part
from hardening.keys.key_file import KeyState
from hardening.keys.ring import KeyRing, adopt_key_ring
from hardening.keys.ring import key_ring as current_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Insured
from tests.encryption.second_keys import record, with_second
from tests.encryption.test_rotation import rotate
from tests.encryption.test_verification import verify

pytestmark = pytest.mark.django_db

S = KeyState
STEPS = {
    "successor": (S.PRIMARY, S.SUCCESSOR),
    "covering": (S.PRIMARY, S.COVERING),
    "after": (S.PREDECESSOR, S.PRIMARY),
}


@pytest.fixture(params=[22 + 1, 22], ids=["odd", "even"])
def step(request: pytest.FixtureRequest, key_ring: KeyRing) -> Iterator[Callable[[str], None]]:
    """Bring the index keys to a step of their succession; the first one's number is even or odd."""
    first = next(key for key in key_ring.keys if key.keyset == "index")
    first = replace(first, id=request.param ^ 1)
    others = [key for key in key_ring.keys if key.keyset != "index"]
    second = with_second([first], keyset="index", number=request.param)[-1]

    def to(name: str) -> None:
        one, other = STEPS[name]
        ring = KeyRing([*others, replace(first, state=one), replace(second, state=other)])
        record(ring)
        adopt_key_ring(ring)

    adopt_key_ring(KeyRing([*others, first]))
    yield to
    adopt_key_ring(key_ring)


def counted() -> dict[Any, int]:
    return count_by_part(Insured.objects.all(), "nir__birth_year", among=range(100))


def with_namesakes_in_year() -> int:
    others = Insured.objects.filter(nir_birth_year_index=OuterRef("nir_birth_year_index")).exclude(pk=OuterRef("pk"))
    return Insured.objects.filter(Exists(others)).count()


def test_parts_are_found_counted_and_joined_in_every_step_of_a_rotation_of_index_keys(
    step: Callable[[str], None],
) -> None:
    Insured.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    step("successor")
    Insured.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
    Insured.objects.create(nir=AMINE_NIR)
    assert counted() == {84: 2, 75: 1}
    assert with_namesakes_in_year() == 2
    assert rotate("--model", "records.Insured")["rows_rotated"] == 1

    for name in ("covering", "after"):
        step(name)
        Insured.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)
        found = Insured.objects.filter(nir__birth_year=84, nir__department=49, birth_date__year=1984, nir=CLAIRE_NIR)
        expected = 3 if name == "covering" else 4
        assert found.count() == expected
        assert counted() == {84: expected, 75: 1}
        assert with_namesakes_in_year() == expected

    rotate("--model", "records.Insured")
    assert {Flag(row.nir.blob()[1]) & Flag.SECOND_INDEX for row in Insured.objects.all()} == {Flag(0)}
    assert counted() == {84: 4, 75: 1}


def test_c8_rotating_the_encryption_key_keeps_every_index(key_ring: KeyRing) -> None:
    insured = Insured.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN, phone="1234")
    columns = ("nir_index", "nir_birth_year_index", "nir_department_index", "birth_date_year_index", "phone_index")
    before = Insured.objects.values_list(*columns).get()
    ring = KeyRing(with_second(key_ring.keys))
    record(ring)
    adopt_key_ring(ring)
    try:
        assert rotate()["rows_rotated"] == 1
        assert Insured.objects.values_list(*columns).get() == before
        assert Insured.objects.get(nir__birth_year=84, phone__last_4_digits="1234") == insured
    finally:
        adopt_key_ring(key_ring)


def without_parts(insured: Insured) -> bytes:
    """Put the row's number as it was sealed before its column had parts, and return it."""
    field: Any = Insured._meta.get_field("nir")
    place = replace(field.place, flags=Flag.INDEX, index_domains=field.place.index_domains[:1])
    blob = LocalOperations(current_ring()).seal(
        field.codec.encode(CLAIRE_NIR),
        place=place,
        binding=encode_binding(insured.pk),
        normals=field.normals(CLAIRE_NIR)[:1],
    )
    with connection.cursor() as cursor:
        key = Insured._meta.pk.get_db_prep_value(insured.pk, connection)
        cursor.execute("UPDATE records_insured SET nir = %s WHERE id = %s", [blob, key])
    return blob


def test_the_command_gives_parts_to_rows_that_were_sealed_before_them() -> None:
    insured = Insured.objects.create(nir=CLAIRE_NIR)
    without_parts(insured)
    assert list(Insured.objects.filter(nir__birth_year__isnull=True, nir=CLAIRE_NIR)) == [insured]
    assert counted() == {None: 1}

    assert rotate("--model", "records.Insured")["rows_rotated"] == 1

    assert Insured.objects.get(nir__birth_year=84, nir__department=49) == insured
    assert verify("--model", "records.Insured")["found"] == 0
    assert rotate("--model", "records.Insured")["rows_rotated"] == 0


def test_towards_the_end_of_a_rotation_other_bytes_never_pass_for_a_missing_part(step: Callable[[str], None]) -> None:
    step("successor")
    insured = Insured.objects.create(nir=CLAIRE_NIR)
    blob = without_parts(insured)
    assert len(indexes_of(blob)) == 2

    step("covering")

    columns = Insured.objects.values_list("nir_index", "nir_birth_year_index", "nir_department_index")
    assert columns.get() == (UUID(bytes=indexes_of(blob)[1]), None, None)
    assert counted() == {None: 1}
