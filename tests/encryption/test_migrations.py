import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test import override_settings

from hardening.encryption.fields import SealedNirField, SealedTextField
from hardening.encryption.frozen_ids import frozen_ids
from hardening.keys.ring import KeyRing
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.conftest import CLAIRE as CLAIRE_ID


def changes(before: ProjectState, after: ProjectState) -> list[migrations.Migration]:
    detector = MigrationAutodetector(before, after, MigrationQuestioner(specified_apps={"records"}))
    return detector.changes(graph=MigrationGraph(), trim_to_apps={"records"}).get("records", [])


def without_records() -> ProjectState:
    state = ProjectState.from_apps(apps)
    for key in [key for key in state.models if key[0] == "records"]:
        state.remove_model(*key)
    return state


@pytest.fixture
def initial() -> list[migrations.Migration]:
    return changes(without_records(), ProjectState.from_apps(apps))


def created(initial: list[migrations.Migration], model: str) -> migrations.CreateModel:
    operations = [operation for migration in initial for operation in migration.operations]
    return next(op for op in operations if isinstance(op, migrations.CreateModel) and op.name == model)


def test_what_a_field_brings_along_stands_in_the_migration(initial: list[migrations.Migration]) -> None:
    without_own, with_own = created(initial, "Patient"), created(initial, "Policy")

    assert {"nir_index", "family_name_index", "birth_date_index"} <= dict(without_own.fields).keys()
    assert "note_index" not in dict(without_own.fields)
    assert {constraint.name for constraint in without_own.options["constraints"]} == {
        f"records_patient_{name}_sealed" for name in ("nir", "birth_date", "family_name", "marital_status", "note")
    }
    assert {constraint.name for constraint in with_own.options["constraints"]} == {
        "records_policy_nir",
        "records_policy_reason",
        "records_policy_nir_sealed",
        "records_policy_member_sealed",
        "records_policy_member_unique",
    }


def test_nothing_more_is_found_after_that(initial: list[migrations.Migration]) -> None:
    state = without_records()
    for migration in initial:
        state = migration.mutate_state(state, preserve=False)

    assert changes(state, ProjectState.from_apps(apps)) == []


def test_c11_the_written_migration_can_be_read_back_and_holds_no_key(
    initial: list[migrations.Migration], key_ring: KeyRing
) -> None:
    written = "".join(MigrationWriter(migration, include_header=False).as_string() for migration in initial)

    namespace: dict[str, Any] = {}
    exec(compile(written, "0001_initial.py", "exec"), namespace)  # noqa: S102 - it is what migrate does
    assert namespace["Migration"].operations
    assert "field_id='records.patient.nir'" in written
    assert not re.search(r"[0-9a-f]{32}|[A-Za-z0-9+/]{40,}={0,2}", written)
    for key in key_ring.keys:
        assert key.root.hex() not in written


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """A database without the suite's tables, where migrations really run."""
    with override_settings(DATABASE_ROUTERS=[]):
        yield connections["hardening"]


@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_sealed_values_survive_renaming_their_column_and_their_model(elsewhere: Any) -> None:
    state = ProjectState()
    fields = [
        ("id", models.UUIDField(primary_key=True)),
        ("nir", SealedNirField(indexed=True, field_id="ward.person.nir")),
        ("note", SealedTextField(field_id="ward.person.note", blank=True)),
    ]
    create = migrations.CreateModel("Person", fields=fields)
    rename = [migrations.RenameField("Person", "note", "remark"), migrations.RenameModel("Person", "Insured")]
    person = CLAIRE_ID
    with elsewhere.schema_editor() as editor:
        after = state.clone()
        create.state_forwards("ward", after)
        create.database_forwards("ward", editor, state, after)
    model = after.apps.get_model("ward", "Person")
    model(id=person, nir=CLAIRE_NIR, note="private").save(using="hardening")

    for operation in rename:
        before, after = after, after.clone()
        operation.state_forwards("ward", after)
        with elsewhere.schema_editor() as editor:
            operation.database_forwards("ward", editor, before, after)

    try:
        row = after.apps.get_model("ward", "Insured").objects.using("hardening").get(pk=person)
        assert row.nir.open_ungated() == CLAIRE_NIR
        assert row.remark.open_ungated() == "private"
    finally:
        with elsewhere.schema_editor() as editor:
            editor.delete_model(after.apps.get_model("ward", "Insured"))


def migration(*operations: Any, name: str = "0001_initial") -> migrations.Migration:
    made: type[migrations.Migration] = type("Migration", (migrations.Migration,), {"operations": list(operations)})
    return made(name, "ward")


def nir(field_id: str) -> SealedNirField:
    return SealedNirField(field_id=field_id)


def test_a_migration_that_changes_a_field_id_is_found_and_a_renamed_column_keeps_its_own() -> None:
    create = migrations.CreateModel("Person", fields=[("nir", nir("ward.person.nir"))])
    rename = migrations.RenameModel("Person", "Insured")
    careless = migrations.AlterField("Insured", "nir", nir("ward.insured.nir"))

    kept = frozen_ids([migration(create), migration(rename, name="0002")])
    broken = frozen_ids([migration(create), migration(rename, careless, name="0002")])

    assert kept.by_column == {("ward", "insured", "nir"): "ward.person.nir"}
    assert kept.changes == []
    assert broken.changes == [("ward.0002", ("ward", "insured", "nir"), "ward.person.nir", "ward.insured.nir")]


def test_columns_that_are_gone_are_forgotten() -> None:
    create = migrations.CreateModel("Person", fields=[("nir", nir("a")), ("name", SealedTextField(field_id="b"))])
    remove, delete = migrations.RemoveField("Person", "name"), migrations.DeleteModel("Person")
    add = migrations.AddField("Person", "name", SealedTextField(field_id="c"))

    assert frozen_ids([migration(create, remove, add)]).by_column[("ward", "person", "name")] == "c"
    assert frozen_ids([migration(create, remove, add)]).changes == []
    assert (
        frozen_ids([migration(migrations.SeparateDatabaseAndState(state_operations=[create]), delete)]).by_column == {}
    )


def test_c21_altering_a_clear_column_into_a_sealed_one_or_back_is_found_under_every_name() -> None:
    create = migrations.CreateModel("Person", fields=[("nir", models.CharField()), ("name", nir("a"))])
    renames = [migrations.RenameField("Person", "nir", "number"), migrations.RenameModel("Person", "Insured")]
    seal = migrations.AlterField("Insured", "number", nir("b"))
    unseal = migrations.AlterField("Insured", "name", models.CharField())

    found = frozen_ids([migration(create), migration(*renames, seal, unseal, name="0002")])

    assert found.in_place == [("ward.0002", ("ward", "insured", "number")), ("ward.0002", ("ward", "insured", "name"))]
    assert frozen_ids([migration(create, *renames)]).in_place == []


def test_a_clear_column_that_is_gone_makes_room_for_a_sealed_one_of_its_name() -> None:
    create = migrations.CreateModel("Person", fields=[("nir", models.CharField()), ("nir_sealed", nir("a"))])
    remove, rename = migrations.RemoveField("Person", "nir"), migrations.RenameField("Person", "nir_sealed", "nir")

    assert frozen_ids([migration(create, remove, rename)]).in_place == []
