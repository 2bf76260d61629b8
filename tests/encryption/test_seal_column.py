import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from hardening.encryption.twin_batches import Work, work_on
from hardening.encryption.twin_columns import TwinColumns
from hardening.encryption.twin_runs import find_twins
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.columns_in_transit.models import Insured, Reinsured

pytestmark = pytest.mark.django_db

NIR = "columns_in_transit.Insured.nir"


def clear_rows(*nirs: str) -> list[int]:
    """Return the keys of rows as they stood before there was a sealed column."""
    rows = Insured.objects.bulk_create([Insured(number=str(at)) for at in range(Insured.objects.count(), len(nirs))])
    for row, nir in zip(rows, nirs, strict=True):
        in_clear(row.pk, nir=nir)
    return [row.pk for row in rows]


def in_clear(key: int, **values: Any) -> None:
    """Write past the twins, as raw SQL does, or a process of the release before."""
    QuerySet(Insured).filter(pk=key).update(**values)


def seal(*arguments: str, column: str = NIR) -> str:
    out = StringIO()
    call_command("seal_column", column, *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str, column: str = NIR) -> tuple[str, str]:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("seal_column", column, *arguments, stdout=out)
    return out.getvalue(), str(refusal.value)


def columns() -> TwinColumns:
    return find_twins(NIR)[1]


def test_what_stood_in_clear_is_found_sealed_and_a_second_run_writes_nothing() -> None:
    clear_rows(CLAIRE_NIR, "", "1 75 01 99 990 002 97")

    assert "2 rows written" in seal("--batch-size", "1")
    assert Insured.objects.get(nir_sealed=CLAIRE_NIR).number == "0"
    assert Insured.objects.get(nir_sealed=AMINE_NIR).number == "2"
    assert "0 rows written" in seal()


def test_what_is_sealed_behind_or_beside_its_clear_column_is_found_by_its_parts() -> None:
    clear_rows(CLAIRE_NIR, "")

    seal()
    Insured.objects.create(number="2", nir="2 84 05 49 999 012 61")

    assert set(Insured.objects.filter(nir_sealed__birth_year=84).values_list("number", flat=True)) == {"0", "2"}
    Insured.objects.filter(number="2").update(nir=AMINE_NIR)
    assert Insured.objects.get(nir_sealed__birth_year=75).number == "2"


def test_every_kind_of_column_can_be_sealed() -> None:
    (key,) = clear_rows("")
    in_clear(key, birth_date=CLAIRE_BORN, remark="late", email="claire@clinic.example")

    for name in ("birth_date", "remark", "email"):
        assert "1 equal" in seal(column=f"columns_in_transit.Insured.{name}")

    row = Insured.objects.get(birth_date_sealed=CLAIRE_BORN, email_sealed="CLAIRE@clinic.example")
    assert row.remark_sealed.open_ungated() == "late"


def test_a_dry_run_counts_and_writes_nothing() -> None:
    clear_rows(CLAIRE_NIR, "1234")

    assert "1 rows would be written" in seal("--dry-run")
    assert not Insured.objects.exclude(nir_sealed="").exists()


def test_c14_numbers_that_are_none_are_listed_by_key_and_stop_the_switch() -> None:
    keys = clear_rows(CLAIRE_NIR, "1234")

    said, reason = refused()

    assert f"invalid: {keys[1]}" in said
    assert "1 rows do not agree" in reason
    assert "1234" not in said + reason
    Insured.objects.filter(pk=keys[1]).update(nir=AMINE_NIR)
    assert "2 equal" in seal()


def test_a_row_written_past_the_twins_is_found_and_mended_from_what_leads() -> None:
    keys = clear_rows(CLAIRE_NIR, AMINE_NIR)
    seal()
    in_clear(keys[0], nir=AMINE_NIR)
    in_clear(keys[1], nir="")

    said, _ = refused("--verify")
    assert f"different: {keys[0]}" in said
    assert f"not clear: {keys[1]}" in said
    refused()
    seal("--mend")
    assert Insured.objects.get(nir_sealed=AMINE_NIR).pk == keys[0]
    assert Insured.objects.get(nir_sealed="").pk == keys[1]


def test_c3_a_sealed_value_of_another_row_counts_as_unreadable_and_is_written_anew() -> None:
    keys = clear_rows(CLAIRE_NIR, AMINE_NIR)
    seal()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE columns_in_transit_insured SET nir_sealed ="
            " (SELECT nir_sealed FROM columns_in_transit_insured WHERE id = %s) WHERE id = %s",
            keys,
        )

    said, _ = refused("--verify")
    assert f"unreadable: {keys[1]}" in said
    assert "2 equal" in seal("--mend")


def test_rows_that_are_one_in_normal_form_are_listed_and_hold_back_no_other() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    rows = Insured.objects.bulk_create([Insured(number=number) for number in ("1", "2", "3")])
    QuerySet(Insured).update(number_sealed="")
    in_clear(rows[0].pk, number=composed)
    in_clear(rows[1].pk, number=decomposed)

    said, reason = refused(column="columns_in_transit.Insured.number")

    assert f"2 rows written, 1 refused by the database\n  refused by the database: {rows[1].pk}" in said
    assert "1 rows do not agree" in reason


def test_json_is_one_document() -> None:
    clear_rows(CLAIRE_NIR, "")

    report = json.loads(seal("--json"))

    assert report["agrees"] is True
    assert report["backfill"]["written"] == 1
    assert (report["verify"]["clear_values"], report["verify"]["sealed_values"]) == (1, 1)
    assert report["verify"]["verdicts"] == {"equal": 1, "empty": 1}


def test_c7_the_backfill_sends_no_clear_value() -> None:
    clear_rows(CLAIRE_NIR)

    with CaptureQueriesContext(connection) as queries:
        seal()

    assert queries
    assert CLAIRE_NIR not in "".join(query["sql"] for query in queries)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["columns_in_transit.Insured.seal_id"], "declares no Twins"),
        (["nothing.Insured.nir"], "there is no model"),
        (["nir"], "there is no model"),
        (["columns_in_transit.Reinsured.nir"], "nir_sealed leads. Use unseal_column"),
        ([NIR, "--workers", "0"], "at least 1"),
    ],
)
def test_a_column_that_cannot_be_sealed_is_refused_with_the_reason(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("seal_column", *arguments)


def test_the_way_back_fills_the_clear_column() -> None:
    Reinsured.objects.bulk_create([Reinsured(nir_sealed=CLAIRE_NIR), Reinsured()])
    QuerySet(Reinsured).update(nir="")
    out = StringIO()

    call_command("unseal_column", "columns_in_transit.Reinsured.nir_sealed", stdout=out)

    assert "1 rows written" in out.getvalue()
    assert sorted(Reinsured.objects.values_list("nir", flat=True)) == ["", CLAIRE_NIR]
    with pytest.raises(CommandError, match="Use seal_column"):
        call_command("unseal_column", NIR)


def test_a_batch_that_was_done_is_not_done_again() -> None:
    clear_rows(CLAIRE_NIR, AMINE_NIR)
    assert work_on(columns(), Work.WRITE, after=None, until=None).written == 2
    before = set(Insured.objects.values_list("nir_sealed_index", flat=True))

    assert work_on(columns(), Work.WRITE, after=None, until=None).rows == 0
    assert set(Insured.objects.values_list("nir_sealed_index", flat=True)) == before
