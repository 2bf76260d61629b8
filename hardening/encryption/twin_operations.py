"""Migration operations around twins: the gate before a switch, and the end of the clear column."""

import logging
import time
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import RemoveField
from django.db.migrations.state import ProjectState
from django.db.models import Model

from hardening.encryption.twin_columns import TwinColumns, key_ranges
from hardening.encryption.twin_runs import verify_columns
from hardening.errors import HardeningError

_BATCH_ROWS = 5_000
_PASSES = 20
_BETWEEN_PASSES = 0.5
"""Seconds."""

_log = logging.getLogger("hardening.encryption")


class TwinsDisagreeError(HardeningError):
    """A clear column and its sealed twin differ: whoever went on would lose values."""


class RequireTwinsAgree(Operation):
    """Stop the migration unless every row's sealed value opens to its clear value.

    Every row is compared at this moment: a remembered result would not know what was written since.
    """

    reduces_to_sql: ClassVar[bool] = False

    def __init__(self, model_name: str, *, clear: str, sealed: str) -> None:
        self.model_name = model_name
        self.clear = clear
        self.sealed = sealed

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the call that makes this operation."""
        return type(self).__name__, [self.model_name], {"clear": self.clear, "sealed": self.sealed}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 - as Django's
    ) -> None:
        """Compare.

        Raise TwinsDisagreeError, which counts what differs.
        """
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            require_agreement(model, clear=self.clear, sealed=self.sealed, alias=schema_editor.connection.alias)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Change nothing."""

    def describe(self) -> str:
        """Return what `migrate` prints."""
        return f"Require {self.clear} and {self.sealed} of {self.model_name} to agree"


class ForgetClearColumn(RemoveField):
    """Take the clear field out of the model, and leave its column, which takes NULL from now on, to EraseClearColumn.

    Processes of the release before still write it, those of the next one leave it out: both work. Every row is
    compared first, since nobody keeps the column in step any more.
    """

    def __init__(self, model_name: str, *, clear: str, sealed: str) -> None:
        self.sealed = sealed
        super().__init__(model_name=model_name, name=clear)

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the call that makes this operation."""
        return type(self).__name__, [self.model_name], {"clear": self.name, "sealed": self.sealed}

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 - as Django's
    ) -> None:
        """Compare, then drop what the column demands: NOT NULL, uniqueness, its index.

        Raise TwinsDisagreeError.
        """
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        require_agreement(model, clear=self.name, sealed=self.sealed, alias=schema_editor.connection.alias)
        demanding: Any = model._meta.get_field(self.name)
        relaxed = demanding.clone()
        relaxed.null, relaxed._unique, relaxed.db_index = True, False, False  # noqa: SLF001 - Django's own editors do
        relaxed.set_attributes_from_name(self.name)
        relaxed.model = model
        schema_editor.alter_field(model, demanding, relaxed)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the column as it is: rows that were written since have NULL there, which unseal_column fills."""

    def describe(self) -> str:
        """Return what `migrate` prints."""
        return f"Forget the clear column {self.name} of {self.model_name}, which is sealed in {self.sealed}"


class EraseClearColumn(Operation):
    """Overwrite a forgotten clear column and drop it. There is no way back; write ``atomic = False`` above it.

    Overwriting leaves the values in old row versions: the end of the migration says where else they are.
    """

    reduces_to_sql: ClassVar[bool] = False
    reversible: ClassVar[bool] = False

    def __init__(self, model_name: str, *, column: str) -> None:
        self.model_name = model_name
        self.column = column

    def deconstruct(self) -> Any:  # noqa: ANN401 - as Django's
        """Return the call that makes this operation."""
        return type(self).__name__, [self.model_name], {"column": self.column}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the field left the state before."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 - as Django's
    ) -> None:
        """Overwrite in batches, drop, and say what remains.

        Raise TwinsDisagreeError if a field of the model still uses the column, or rows stay locked.
        """
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if any(field.column == self.column for field in model._meta.local_fields):
            raise TwinsDisagreeError(f"{model._meta.label} still has a field on {self.column}: forget it first")
        if not _has_column(schema_editor, model, self.column):
            return  # interrupted after the last statement
        _overwrite(schema_editor, model, self.column)
        quoted = schema_editor.quote_name
        schema_editor.execute(f"ALTER TABLE {quoted(model._meta.db_table)} DROP COLUMN {quoted(self.column)}")
        _log.warning(
            "the clear column %s.%s is dropped; old row versions hold its values until VACUUM FULL (SQLite: VACUUM), "
            "and the write-ahead log, backups and replicas until they are gone",
            model._meta.db_table,
            self.column,
        )

    def describe(self) -> str:
        """Return what `migrate` prints."""
        return f"Overwrite and drop the clear column {self.column} of {self.model_name}"


def require_agreement(model: type[Model], *, clear: str, sealed: str, alias: str) -> None:
    """Raise TwinsDisagreeError, with counts and no value, unless both columns of every row agree."""
    clear_field: Any = model._meta.get_field(clear)
    sealed_field: Any = model._meta.get_field(sealed)
    tally = verify_columns(TwinColumns(model, clear_field, sealed_field, seals=True, alias=alias))
    if tally.disagreeing() or tally.overtaken:
        raise TwinsDisagreeError(
            f"{model._meta.label}: {tally.disagreeing()} of {tally.rows} rows of {clear} and {sealed} do not agree; "
            "seal_column lists and mends them"
        )


def _has_column(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], column: str) -> bool:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django reads the table's own SQL, and stumbles over the commas of a generated column.
            cursor.execute("SELECT name FROM pragma_table_xinfo(%s)", [model._meta.db_table])
            return column in {name for (name,) in cursor.fetchall()}
        found = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return column in {described.name for described in found}


def _overwrite(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], column: str) -> None:
    connection = schema_editor.connection
    quoted = connection.ops.quote_name
    table, clear = quoted(model._meta.db_table), quoted(column)
    rows = model._base_manager.using(connection.alias).order_by("pk")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")  # what is overwritten is zeroed in the file
        for _ in range(_PASSES):
            for after, until in key_ranges(rows, size=_BATCH_ROWS):
                _overwrite_between(cursor, model, clear, after=after, until=until)
            cursor.execute(f"SELECT 1 FROM {table} WHERE {clear} IS NOT NULL LIMIT 1")  # noqa: S608 - names of our own
            if cursor.fetchone() is None:
                return
            time.sleep(_BETWEEN_PASSES)
    raise TwinsDisagreeError(f"{model._meta.label}: rows of {column} stay locked by others; run the migration again")


def _overwrite_between(cursor: Any, model: type[Model], clear: str, *, after: Any, until: Any) -> None:  # noqa: ANN401 - Django's cursor; keys
    connection = cursor.db
    table, pk = (connection.ops.quote_name(str(name)) for name in (model._meta.db_table, model._meta.pk.column))
    bounds = {f"{pk} > %s": after, f"{pk} <= %s": until}
    given = {text: model._meta.pk.get_db_prep_value(key, connection) for text, key in bounds.items() if key is not None}
    where = " AND ".join([f"{clear} IS NOT NULL", *given])
    # Skipped and tried again: a writer that holds a row must not end as the victim of a deadlock.
    lock = " FOR NO KEY UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    chosen = f"SELECT {pk} FROM {table} WHERE {where}{lock}"  # noqa: S608 - names of our own
    cursor.execute(f"UPDATE {table} SET {clear} = NULL WHERE {pk} IN ({chosen})", list(given.values()))  # noqa: S608 - likewise
