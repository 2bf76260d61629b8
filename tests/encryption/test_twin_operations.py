import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, migrations, models
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test import override_settings

from hardening.encryption.companions import SealedIndexField
from hardening.encryption.fields import SealedNirField
from hardening.encryption.twin_operations import (
    EraseClearColumn,
    ForgetClearColumn,
    RequireTwinsAgree,
    TwinsDisagreeError,
)
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.conftest import CLAIRE

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

ALIAS = "hardening"
AGREE = RequireTwinsAgree("person", clear="nir", sealed="nir_sealed")
FORGET = ForgetClearColumn("person", clear="nir", sealed="nir_sealed")
SOMEBODY = UUID(int=1)
"""Who stood in the table before it had a sealed column."""
ERASE = EraseClearColumn("person", column="nir")


class Ward:
    """One table on a database without the suite's own, and the migrations that were run there."""

    def __init__(self) -> None:
        self.state = ProjectState()
        fields: list[tuple[str, Any]] = [
            ("id", models.UUIDField(primary_key=True)),
            ("nir", models.CharField(max_length=15, unique=True)),
        ]
        self.migrate(migrations.CreateModel("Person", fields=fields))
        self.model(id=SOMEBODY, nir="").save(using=ALIAS)
        sealed = SealedNirField(field_id="ward.person.nir_sealed", blank=True, indexed=True)
        self.migrate(migrations.AddField("person", "nir_sealed", sealed))
        self.migrate(migrations.AddField("person", "nir_sealed_index", SealedIndexField(source="nir_sealed")))

    def migrate(self, operation: Any) -> None:
        after = self.state.clone()
        operation.state_forwards("ward", after)
        with connections[ALIAS].schema_editor(atomic=operation is not ERASE) as editor:
            operation.database_forwards("ward", editor, self.state, after)
        self.state = after

    @property
    def model(self) -> Any:
        return self.state.apps.get_model("ward", "Person")

    def columns(self) -> set[str]:
        with connections[ALIAS].cursor() as cursor:
            if connections[ALIAS].vendor == "sqlite":
                # Django's own introspection stumbles over the commas of a generated column.
                cursor.execute("SELECT name FROM pragma_table_xinfo('ward_person')")
            else:
                cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'ward_person'")
            return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def ward() -> Iterator[Ward]:
    with override_settings(DATABASE_ROUTERS=[]):
        made = Ward()
        yield made
        with connections[ALIAS].schema_editor() as editor:
            editor.delete_model(made.model)


@pytest.mark.parametrize("operation", [AGREE, FORGET], ids=["switch", "forget"])
@pytest.mark.parametrize("sealed", ["", AMINE_NIR])
def test_nothing_goes_on_while_a_row_differs_and_no_value_is_named_c14(ward: Ward, operation: Any, sealed: str) -> None:
    ward.model(id=CLAIRE, nir=CLAIRE_NIR, nir_sealed=sealed).save(using=ALIAS)

    with pytest.raises(TwinsDisagreeError, match="1 of 2 rows") as refusal:
        ward.migrate(operation)

    assert CLAIRE_NIR not in str(refusal.value)
    assert "nir" in {field.name for field in ward.model._meta.fields}


def test_the_clear_column_is_forgotten_then_erased_and_the_sealed_values_stay(ward: Ward) -> None:
    ward.model(id=CLAIRE, nir=CLAIRE_NIR, nir_sealed=CLAIRE_NIR).save(using=ALIAS)
    ward.migrate(AGREE)

    ward.migrate(FORGET)

    before = ward.columns()
    ward.model(id=UUID(int=7), nir_sealed=AMINE_NIR).save(using=ALIAS)
    ward.migrate(ERASE)
    ward.migrate(ERASE)
    rows = ward.model.objects.using(ALIAS)
    assert "nir" in before
    assert ward.columns() == {"id", "nir_sealed", "nir_sealed_index"}
    opened = {row.pk: row.nir_sealed.open_ungated() for row in rows.exclude(nir_sealed="")}
    assert opened == {CLAIRE: CLAIRE_NIR, UUID(int=7): AMINE_NIR}


def test_a_column_that_the_model_still_uses_is_not_erased(ward: Ward) -> None:
    with pytest.raises(TwinsDisagreeError, match="forget it first"):
        ward.migrate(ERASE)

    assert "nir" in ward.columns()


def test_going_back_from_forgetting_leaves_the_column_for_unseal_column(ward: Ward) -> None:
    before = ward.state
    ward.migrate(FORGET)

    with connections[ALIAS].schema_editor() as editor:
        FORGET.database_backwards("ward", editor, ward.state, before)
        AGREE.database_backwards("ward", editor, ward.state, before)

    ward.state = before
    assert "nir" in ward.columns()
    assert not ERASE.reversible


def test_the_operations_can_be_written_into_a_migration() -> None:
    made: Any = type("Migration", (migrations.Migration,), {"operations": [AGREE, FORGET, ERASE]})

    written = MigrationWriter(made("0002_switch", "ward"), include_header=False).as_string()

    namespace: dict[str, Any] = {}
    exec(compile(written, "0002_switch.py", "exec"), namespace)  # noqa: S102 - it is what migrate does
    described = [operation.describe() for operation in namespace["Migration"].operations]
    assert len(described) == 3
    assert all(re.search("nir", text) for text in described)
