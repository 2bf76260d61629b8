"""A part is declared over a table that holds rows, and taken back from it, with two releases at work meanwhile."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from hardening.encryption import verification
from hardening.encryption.fields import PartIndex, SealedDateField, SealedNirField
from hardening.encryption.frozen_ids import frozen_ids
from hardening.encryption.operations import LocalOperations
from hardening.encryption.querysets import SealedQuerySet
from hardening.encryption.ranged_work import RangeTask
from hardening.encryption.rotation import Tally, _Resealer
from hardening.encryption.sealed_table import KeyRange, SealedTable
from hardening.keys.ring import KeyRing
from tests.encryption.cast import AMINE_NIR, CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.test_migrations import changes, migration

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = PartIndex("nir.birth_year.1", reason="statistics")
DEPARTMENT = PartIndex("nir.department.1", reason="statistics")
OF_DATE = PartIndex("date.year.1", reason="statistics")


def release(*parts: PartIndex, of_date: tuple[PartIndex, ...] = ()) -> Any:
    """The model of one release of a portal."""
    with isolate_apps("tests.encryption.records"):

        class Person(models.Model):  # noqa: DJ008 - it lives for one test
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)
            nir = SealedNirField(indexed=True, blank=True, parts=parts)
            born = SealedDateField(null=True, parts=of_date)
            objects = SealedQuerySet.as_manager()

            class Meta:
                app_label = "records"
                base_manager_name = "objects"

    return Person


def state_of(model: Any) -> ProjectState:
    state = ProjectState.from_apps(apps)
    state.add_model(ModelState.from_model(model))
    return state


def between(before: Any, after: Any) -> list[Any]:
    return [step for made in changes(state_of(before), state_of(after)) for step in made.operations]


def migrate(before: Any, after: Any) -> None:
    state = state_of(before)
    with connection.schema_editor() as editor:
        for operation in between(before, after):
            previous, state = state, state.clone()
            operation.state_forwards("records", state)
            operation.database_forwards("records", editor, previous, state)


@pytest.fixture
def table() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(release())
    yield
    with connection.schema_editor() as editor:
        editor.execute("DROP TABLE records_person")


def resealed(model: Any, ring: KeyRing) -> Tally:
    """Do what ``rotate_keys`` does to one table."""
    resealer, tally = _Resealer(SealedTable(model), LocalOperations(ring)), Tally()
    task = RangeTask(model="records.Person", after=None, until=None, batch_rows=10, rows_per_second=0)
    for rows in resealer.batches(task):
        resealer.rotate(rows, tally=tally)
    return tally


def found_wrong(model: Any, ring: KeyRing) -> list[str]:
    table, findings = SealedTable(model), verification.Findings()
    for row in table.rows(KeyRange(), limit=100):
        verification.verify_row(table, row, LocalOperations(ring), findings)
    return [what for _, _, _, what in findings.listed]


@pytest.mark.usefixtures("table")
def test_a_part_is_declared_over_rows_and_no_writer_of_either_release_is_refused(key_ring: KeyRing) -> None:
    old, new = release(), release(YEAR)
    old.objects.create(nir=CLAIRE_NIR)

    migrate(old, new)
    old.objects.create(nir="284059999900180")
    new.objects.create(nir=AMINE_NIR)

    assert new.objects.filter(nir=CLAIRE_NIR).get().nir.open_ungated() == CLAIRE_NIR
    assert new.objects.filter(nir__birth_year=84).count() == 0
    assert new.objects.filter(nir__birth_year=75).count() == 1
    assert found_wrong(new, key_ring) == [verification.OTHER_PARTS] * 2


@pytest.mark.usefixtures("table")
def test_rewriting_the_rows_gives_them_the_part_and_changes_nothing_else(key_ring: KeyRing) -> None:
    old, new = release(), release(YEAR, of_date=(OF_DATE,))
    old.objects.create(nir=CLAIRE_NIR, born=CLAIRE_BORN)
    index = old.objects.values_list("nir_index").get()
    migrate(old, new)

    assert resealed(new, key_ring).rotated == 1

    assert new.objects.filter(nir__birth_year=84, born__year=1984, nir=CLAIRE_NIR).count() == 1
    assert new.objects.values_list("nir_index").get() == index
    assert found_wrong(new, key_ring) == []
    assert resealed(new, key_ring).rotated == 0


@pytest.mark.usefixtures("table")
def test_a_second_part_is_added_behind_the_first(key_ring: KeyRing) -> None:
    one, two = release(YEAR), release(YEAR, DEPARTMENT)
    migrate(release(), one)
    one.objects.create(nir=CLAIRE_NIR)

    migrate(one, two)

    assert two.objects.filter(nir__birth_year=84).count() == 1
    assert two.objects.filter(nir__department="49").count() == 0
    resealed(two, key_ring)
    assert two.objects.filter(nir__birth_year=84, nir__department=49).count() == 1
    assert found_wrong(two, key_ring) == []


@pytest.mark.usefixtures("table")
def test_a_part_is_taken_back_once_no_row_has_it(key_ring: KeyRing) -> None:
    with_part, without = release(YEAR), release()
    migrate(without, with_part)
    with_part.objects.create(nir=CLAIRE_NIR)
    without.objects.create(nir=AMINE_NIR)

    with pytest.raises(IntegrityError):
        migrate(with_part, without)
    assert resealed(without, key_ring).rotated == 1
    migrate(with_part, without)

    assert without.objects.filter(nir__in=[CLAIRE_NIR, AMINE_NIR]).count() == 2
    assert found_wrong(without, key_ring) == []
    with pytest.raises(IntegrityError):
        with_part.objects.create(nir=CLAIRE_NIR)


def test_the_migration_names_the_part_its_column_and_its_number_and_nothing_more_is_found() -> None:
    old, new = release(), release(YEAR, of_date=(OF_DATE,))

    made = changes(state_of(old), state_of(new))
    written = "".join(MigrationWriter(one, include_header=False).as_string() for one in made)
    namespace: dict[str, Any] = {}
    exec(compile(written, "0002_part.py", "exec"), namespace)  # noqa: S102 - it is what migrate does

    assert "parts=[hardening.encryption.fields.PartIndex('nir.birth_year.1')]" in written
    assert "SealedIndexField(part=1, source='nir')" in written
    assert "SealedIndexField(beside_whole=False, part=1, source='born')" in written
    assert "statistics" not in written
    state = state_of(old)
    for operation in namespace["Migration"].operations:
        operation.state_forwards("records", state)
    assert changes(state, state_of(new)) == []
    assert changes(state_of(release(PartIndex("nir.birth_year.1", reason="reworded"), of_date=(OF_DATE,))), state) == []


def test_migrations_that_exchange_parts_are_found_and_those_that_add_or_take_away_at_the_end_are_not() -> None:
    def alter(*parts: PartIndex, name: str) -> migrations.Migration:
        return migration(migrations.AlterField("Person", "nir", nir(*parts)), name=name)

    def nir(*parts: PartIndex) -> SealedNirField:
        return SealedNirField(field_id="a", parts=parts)

    create = migration(migrations.CreateModel("Person", fields=[("nir", nir(YEAR))]))
    rename = migration(migrations.RenameField("Person", "nir", "number"), name="0004")
    more, less = alter(YEAR, DEPARTMENT, name="0002"), alter(YEAR, name="0003")
    swapped = migration(migrations.AlterField("Person", "number", nir(DEPARTMENT, YEAR)), name="0005")

    assert frozen_ids([create, more, less]).exchanged == []
    found = frozen_ids([create, more, less, rename, swapped])
    assert found.exchanged == [("ward.0005", ("ward", "person", "number"))]
    assert found.parts == {("ward", "person", "number"): ("nir.department.1", "nir.birth_year.1")}
