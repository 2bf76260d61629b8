"""C22, D4: an index key takes over while rows are written and looked up; interrupted anywhere, and taken up again."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Count, F, UniqueConstraint

from hardening.encryption.census import headers
from hardening.encryption.envelope import Flag
from hardening.encryption.index_fences import lower_fence
from hardening.encryption.index_rotation import IndexRotation, _fence, indexed_tables, values_left
from hardening.encryption.index_standing import standing
from hardening.encryption.last_indexes import _found, build_last_indexes, drop_last_indexes
from hardening.encryption.rotation import Tally, rotate_range
from hardening.encryption.sealed_scan import scan
from hardening.encryption.sealed_table import SealedTable
from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring, forget_key_ring, key_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Patient, Policy
from tests.encryption.succeeding import store_that_rotates
from tests.keys.retiring import let_pass

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
    pytest.mark.usefixtures("own_store"),
]

STEPS = 4
"""Begun, covered, switched, retired: after each the rotation may be interrupted."""


class StopHereError(Exception):
    """Where a test stops the rotation."""


def sweep(tables: list[SealedTable]) -> Tally:
    total = Tally()
    for part in scan(tables, rotate_range, {"workers": 1, "batch_size": 2, "rate": 0}):
        total.add(part)
    return total


def rotate(*, until: int | None = None) -> list[str]:
    """Rotate, up to the step with this number."""
    told: list[str] = []

    def tell(step: str) -> None:
        if step.startswith(("key", "every", "no value")):
            told.append(step)
            if len(told) == until:
                raise StopHereError

    rotation = IndexRotation(sweep=sweep, settle_seconds=0, tell=tell)
    try:
        rotation.run()
    except StopHereError:
        forget_key_ring()  # the step has been taken up
    return told


def command(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_index", "--json", "--settle", "0", *options, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


@pytest.fixture
def own_store(transactional_db: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:  # noqa: ARG001
    with store_that_rotates(tmp_path, afterwards=request.getfixturevalue("key_ring")) as path:
        yield path


@pytest.fixture
def claire(own_store: Path) -> Patient:  # noqa: ARG001 - sealed under its keys
    return Patient.objects.create(nir=CLAIRE_NIR, family_name="Martin", note="seen")


@pytest.fixture
def policy(own_store: Path) -> Policy:  # noqa: ARG001 - likewise
    return Policy.objects.create(number="P-1", nir=CLAIRE_NIR, member="Martin")


def leftovers() -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'hardening_fence%'"
                " UNION SELECT relname FROM pg_class WHERE relname LIKE 'hardening_last%'"
                " UNION SELECT proname FROM pg_proc WHERE proname = 'hardening_refuse_index_form'"
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'hardening_fence%' OR name LIKE 'hardening_last%'"
            )
        return [name for (name,) in cursor.fetchall()]


def test_every_value_is_found_under_the_new_key_and_the_old_one_may_be_destroyed(
    claire: Patient, policy: Policy
) -> None:
    former = standing().primary

    report = command()
    let_pass(former)
    lifecycle.destroy_key(former)

    assert report["primary_key"] != former
    assert (report["other_key"], report["values_left"]) == (None, 0)
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire
    assert Policy.objects.get(member="Martin") == policy
    assert leftovers() == []


@pytest.mark.parametrize("until", range(1, STEPS + 1))
def test_interrupted_after_any_step_every_value_is_found_whoever_wrote_it(
    claire: Patient, policy: Policy, until: int
) -> None:
    rotate(until=until)
    amine = Patient.objects.create(nir=AMINE_NIR, family_name="Martin")

    assert Patient.objects.get(nir=CLAIRE_NIR) == claire
    assert set(Patient.objects.filter(nir__in=[CLAIRE_NIR, AMINE_NIR, ""])) == {claire, amine}
    assert Patient.objects.filter(nir=Patient.objects.get(pk=amine.pk).nir).get() == amine
    assert not Patient.objects.exclude(family_name="Martin").exists()
    assert Policy.objects.get(nir=CLAIRE_NIR) == policy


@pytest.mark.parametrize("until", range(1, STEPS + 1))
def test_c22_interrupted_after_any_step_no_value_comes_twice(policy: Policy, until: int) -> None:
    rotate(until=until)
    Policy.objects.create(number="P-2", member="Diallo")

    for number, member in (("P-3", "Martin"), ("P-4", "Diallo")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.create(number=number, member=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(number="P-2").update(nir=CLAIRE_NIR)
    policy.member = "Diallo"
    with pytest.raises(ValidationError, match="member"):
        policy.validate_constraints()


@pytest.mark.parametrize("until", range(1, STEPS + 1))
def test_interrupted_after_any_step_values_of_both_times_are_compared(claire: Patient, until: int) -> None:
    """Joins, groups and subqueries of companions, and values in memory."""
    rotate(until=until)
    later = Patient.objects.create(nir=CLAIRE_NIR, family_name="Martin")

    same = Patient.objects.filter(nir_index=F("family_name_index"))
    groups = Patient.objects.values("nir_index").annotate(rows=Count("pk"))
    among = Patient.objects.filter(nir_index__in=Patient.objects.filter(pk=later.pk).values("nir_index"))
    assert list(groups.values_list("rows", flat=True)) == [2]
    assert set(among) == {claire, later}
    assert not same.exists()
    assert Patient.objects.get(pk=claire.pk).nir == Patient.objects.get(pk=later.pk).nir == later.nir
    assert all(row.nir.matches(CLAIRE_NIR) and not row.nir.matches(AMINE_NIR) for row in Patient.objects.all())


@pytest.mark.parametrize("until", range(STEPS + 1))
def test_interrupted_after_any_step_it_is_taken_up_and_ends(claire: Patient, policy: Policy, until: int) -> None:
    former = standing().primary
    if until:
        rotate(until=until)

    report = command()

    assert (report["values_left"], report["other_key"], leftovers()) == (0, None, [])
    assert {record.state for record in KeyRecord.objects.filter(pk=former)} == {"retired"}
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire
    assert Policy.objects.get(member="Martin") == policy
    assert verified()["found"] == 0


def test_two_rotations_in_a_row_end_with_the_form_of_the_first_key(claire: Patient) -> None:
    before = headers(Patient._meta.get_field("nir"))

    command()
    between = headers(Patient._meta.get_field("nir"))
    command()

    assert between != before
    assert headers(Patient._meta.get_field("nir")) == before
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


def test_every_interrupted_state_is_a_sound_one_to_the_scan(claire: Patient) -> None:  # noqa: ARG001
    for until in range(1, STEPS + 1):
        rotate(until=1)
        assert verified()["listed"] == [], until


@pytest.mark.parametrize("until", [2, 3])
def test_a_program_that_missed_a_step_is_refused_by_the_database(claire: Patient, until: int) -> None:
    missed = key_ring_of_now()
    rotate(until=until)
    taken_up = key_ring_of_now()

    adopt_key_ring(missed)
    with pytest.raises(IntegrityError, match="has not taken up the rotation"), transaction.atomic():
        Patient.objects.create(nir=AMINE_NIR)
    Patient.objects.filter(pk=claire.pk).update(ward="north")
    adopt_key_ring(taken_up)

    assert Patient.objects.get(nir=CLAIRE_NIR).ward == "north"


def test_a_value_that_does_not_open_stops_it_before_the_switch(claire: Patient) -> None:
    Patient.objects.create(nir=AMINE_NIR)
    Patient.objects.filter(pk=claire.pk).update(ward="north")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_patient SET nir = (SELECT nir FROM records_patient WHERE ward = 'north') WHERE ward = ''"
        )
    former = standing().primary

    with pytest.raises(CommandError, match=r"1 values do not open.*records\.Patient"):
        command()

    assert standing().primary == former
    assert Patient.objects.filter(nir=CLAIRE_NIR).exists()


def test_a_dry_run_changes_nothing_and_tells_how_it_stands(claire: Patient) -> None:  # noqa: ARG001
    rotate(until=1)
    before = standing()

    report = command("--dry-run")

    assert standing() == before
    assert report["values_left"] == 2
    assert report["standing"].startswith("every new value carries indexes of both keys")


def test_a_key_that_values_cannot_tell_from_the_primary_one_is_not_taken(claire: Patient) -> None:  # noqa: ARG001
    primary = standing().primary
    fitting = {
        bool((key_id - primary) % 2): key_id for key_id in (lifecycle.add_key("index"), lifecycle.add_key("index"))
    }

    with pytest.raises(CommandError, match="could not tell"):
        command("--to", str(fitting[False]))
    assert command("--to", str(fitting[True]))["primary_key"] == fitting[True]


def test_while_one_rotation_goes_on_no_other_begins(claire: Patient) -> None:  # noqa: ARG001
    rotate(until=1)
    another = lifecycle.add_key("index")

    with pytest.raises(CommandError, match="end that rotation first"):
        command("--to", str(another))


def test_in_words_it_tells_each_step_and_how_it_stands(claire: Patient) -> None:  # noqa: ARG001
    out = io.StringIO()

    call_command("rotate_index", "--settle", "0", stdout=out)

    assert "is primary: values written from now on carry its indexes alone." in out.getvalue()
    assert "no rotation goes on." in out.getvalue()
    with pytest.raises(CommandError, match="--settle is at least 0"):
        call_command("rotate_index", "--settle", "-1")


def verified() -> dict[str, Any]:
    out = io.StringIO()
    with suppress(CommandError):
        call_command("verify_sealed", "--json", stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def key_ring_of_now() -> KeyRing:
    forget_key_ring()
    return key_ring()


def test_a_row_read_before_the_rotation_and_saved_after_it_is_still_found(claire: Patient, policy: Policy) -> None:
    """A night's job holds rows for as long as it takes; what it saves back is of the form of then."""
    command()
    forget_key_ring()

    claire.save()
    Policy.objects.bulk_update([policy], ["member", "nir"])

    assert Patient.objects.get(nir=CLAIRE_NIR) == claire
    assert Policy.objects.get(member="Martin") == policy
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(number="P-2", nir=CLAIRE_NIR)


@pytest.mark.parametrize("until", range(1, STEPS + 1))
def test_a_row_read_before_a_step_can_be_saved_after_it(claire: Patient, until: int) -> None:
    rotate(until=until)

    claire.save()

    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


def test_killed_before_its_end_was_cleaned_up_it_is_ended_and_no_other_begins(claire: Patient) -> None:
    """C22: the fences that were left would refuse every write of another rotation."""
    rotate(until=STEPS)
    primary = standing().primary
    assert leftovers() != []

    assert command()["primary_key"] == primary

    assert leftovers() == []
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


@pytest.mark.postgresql
def test_c22_a_second_rotation_beside_the_first_is_refused(claire: Patient) -> None:  # noqa: ARG001
    """It would raise the fences of a step that is over, and drop indexes that keep values unique."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('hardening.rotate_index'))")
    try:
        with pytest.raises(CommandError, match="another rotate_index is running"):
            command()
    finally:
        # Given back, not only hung up: a backend may take a moment to notice.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('hardening.rotate_index'))")
        other.close()

    assert command()["values_left"] == 0


def test_c22_a_fence_of_a_step_that_is_over_is_not_raised(claire: Patient) -> None:  # noqa: ARG001
    rotate(until=1)
    then = standing()
    lifecycle.withdraw_successor(then.other or 0)

    with pytest.raises(KeyUnavailableError, match="changed meanwhile"):
        _fence(indexed_tables(), then, forms=[Flag.SECOND_INDEX])

    assert leftovers() == []


@pytest.mark.postgresql
def test_a_reader_keeps_nobody_waiting_longer_than_five_seconds_at_the_end(claire: Patient) -> None:  # noqa: ARG001
    rotate(until=STEPS)
    (table,) = (table for table in indexed_tables() if table.model is Patient)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN; SELECT count(*) FROM records_patient")
    try:
        with pytest.raises(OperationalError, match="lock timeout"):
            lower_fence(table, table.fields[0])
    finally:
        other.close()


@pytest.mark.postgresql
def test_an_index_of_another_schema_s_table_is_not_taken_for_one_of_this(claire: Patient) -> None:
    """Else nothing would keep the values of this table unique."""
    (table,) = (table for table in indexed_tables() if table.model is Patient)
    names = list(build_last_indexes(table))
    drop_last_indexes(table)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA another; CREATE TABLE another.records_patient (ward text)")
        cursor.execute(f'CREATE INDEX "{names[0]}" ON another.records_patient (ward)')
        cursor.execute("SET search_path = public, another")
    try:
        assert list(build_last_indexes(table)) == names
        assert set(names) <= {*leftovers()}
        assert all(_found(table, name) for name in names)
        drop_last_indexes(table)
        assert leftovers() == names[:1]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = public; DROP SCHEMA another CASCADE")
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


def test_c22_a_companion_that_is_unique_as_a_column_stops_it_at_the_start(
    claire: Patient,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = standing()
    wrong = UniqueConstraint(fields=["ward", "nir_index"], name="by_hand")
    monkeypatch.setattr(Patient._meta, "constraints", [*Patient._meta.constraints, wrong])

    with pytest.raises(CommandError, match="nir_index is made unique as a column"):
        command()

    assert standing() == before


def test_a_withdrawn_rotation_leaves_every_value_as_it_was_before(claire: Patient, policy: Policy) -> None:
    before = headers(Patient._meta.get_field("nir"))
    rotate(until=1)
    amine = Patient.objects.create(nir=AMINE_NIR, family_name="Martin")

    report = command("--withdraw")

    assert (report["other_key"], report["values_left"], leftovers()) == (None, 0, [])
    assert headers(Patient._meta.get_field("nir")).keys() == before.keys()
    assert set(Patient.objects.filter(nir__in=[CLAIRE_NIR, AMINE_NIR])) == {claire, amine}
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(number="P-2", nir=CLAIRE_NIR, member="Martin")
    assert Policy.objects.get(nir=CLAIRE_NIR) == policy


@pytest.mark.parametrize("until", [2, 3, 4])
def test_what_is_compared_by_already_is_not_withdrawn(claire: Patient, until: int) -> None:
    rotate(until=until)

    with pytest.raises(CommandError, match="nothing to withdraw"):
        command("--withdraw")

    assert Patient.objects.get(nir=CLAIRE_NIR) == claire


def test_a_withdrawal_that_was_killed_is_taken_up_by_a_rotation(claire: Patient) -> None:
    def killed(_: str) -> None:
        raise StopHereError

    former = standing().primary
    rotate(until=1)
    with suppress(StopHereError):
        IndexRotation(sweep=sweep, settle_seconds=0, tell=killed).withdraw()
    forget_key_ring()

    report = command()

    assert (report["primary_key"] != former, report["values_left"], values_left()) == (True, 0, 0)
    assert Patient.objects.get(nir=CLAIRE_NIR) == claire
