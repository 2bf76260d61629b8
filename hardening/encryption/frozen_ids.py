"""What the migrations say of each sealed column that its blobs remember, so that it must never change.

That is its field id, and which part each of its part indexes is made of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from hardening.encryption.sealed_field import SealedField

Column = tuple[str, str, str]
"""App label, model and field, lower case."""


@dataclass
class FrozenIds:
    """The field ids after some migrations, and the migrations that change one."""

    by_column: dict[Column, str] = field(default_factory=dict)
    changes: list[tuple[str, Column, str, str]] = field(default_factory=list)
    """Migration, column, the id that its rows were sealed with, the id it would give them."""
    plain: set[Column] = field(default_factory=set)
    """The columns that are not sealed."""
    in_place: list[tuple[str, Column]] = field(default_factory=list)
    """Migrations that turn a clear column into a sealed one, or back, by altering its type; and the column."""
    parts: dict[Column, tuple[str, ...]] = field(default_factory=dict)
    """The functions of the part indexes, in the order of the blob."""
    exchanged: list[tuple[str, Column]] = field(default_factory=list)
    """Migrations that make another part of an index that rows have; and the column."""

    def replay(self, migration: Migration) -> None:
        """Follow one migration."""
        for operation in migration.operations:
            self._replay(operation, migration)

    def _replay(self, operation: operations.base.Operation, migration: Migration) -> None:
        label = migration.app_label
        match operation:
            case operations.CreateModel():
                for name, declared in operation.fields:
                    self._declare((label, operation.name_lower, name.lower()), declared, migration)
            case operations.AddField() | operations.AlterField():
                column = (label, operation.model_name_lower, operation.name_lower)
                self._declare(column, operation.field, migration)
            case operations.RenameField():
                old = (label, operation.model_name_lower, operation.old_name_lower)
                self._move({old: (label, operation.model_name_lower, operation.new_name_lower)})
            case operations.RenameModel():
                old_model, new_model = (label, operation.old_name_lower), (label, operation.new_name_lower)
                known = [*self.by_column, *self.plain]
                self._move({c: (*new_model, c[2]) for c in known if c[:2] == old_model})
            case operations.RemoveField():
                self._forget((label, operation.model_name_lower, operation.name_lower))
            case operations.DeleteModel():
                self._forget((label, operation.name_lower))
            case operations.SeparateDatabaseAndState():
                for inner in operation.state_operations:
                    self._replay(inner, migration)

    def _declare(self, column: Column, declared: object, migration: Migration) -> None:
        name = f"{migration.app_label}.{migration.name}"
        is_sealed = isinstance(declared, SealedField)
        if column in (self.plain if is_sealed else self.by_column):
            self.in_place.append((name, column))
            self._forget(column)
        if not isinstance(declared, SealedField):
            self.plain.add(column)
            return
        known = self.by_column.setdefault(column, declared.field_id)
        if known != declared.field_id:
            self.changes.append((name, column, known, declared.field_id))
        functions = tuple(part.function for part in declared.parts)
        if not is_continued(self.parts.get(column, ()), functions):
            self.exchanged.append((name, column))
        self.parts[column] = functions

    def _forget(self, prefix: tuple[str, ...]) -> None:
        for column in [column for column in self.by_column if column[: len(prefix)] == prefix]:
            del self.by_column[column]
            self.parts.pop(column, None)
        self.plain -= {column for column in self.plain if column[: len(prefix)] == prefix}

    def _move(self, renamed: dict[Column, Column]) -> None:
        for old, new in renamed.items():
            if old in self.by_column:
                self.by_column[new] = self.by_column.pop(old)
                self.parts[new] = self.parts.pop(old, ())
            if old in self.plain:
                self.plain = self.plain - {old} | {new}


def is_continued(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Tell whether parts were only added at the end, or only taken away there: the rest are in their places."""
    return all(old == new for old, new in zip(before, after, strict=False))


def frozen_ids(migrations: Iterable[Migration]) -> FrozenIds:
    """Return the field ids that these migrations leave behind, in their order."""
    ids = FrozenIds()
    for migration in migrations:
        ids.replay(migration)
    return ids


def migrations_on_disk() -> list[Migration]:
    """Return every migration of the project, each after those it depends on."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ordered: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        ordered |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return [loader.graph.nodes[key] for key in ordered]
