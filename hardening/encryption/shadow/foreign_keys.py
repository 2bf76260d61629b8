"""The foreign keys of a table and to it: made anew without a look at the rows, and looked through afterwards."""

from typing import NamedTuple

from django.db import IntegrityError

from hardening.encryption.shadow.place import Original, Session, ShadowError

_KEYS = """
SELECT conname, format('%%I.%%I', on_schema.nspname, on_table.relname),
    format('%%I.%%I', to_schema.nspname, to_table.relname), quote_ident(conname),
    pg_get_constraintdef(k.oid), convalidated, conrelid = %(oid)s
FROM pg_constraint AS k
JOIN pg_class AS on_table ON on_table.oid = conrelid
JOIN pg_namespace AS on_schema ON on_schema.oid = on_table.relnamespace
JOIN pg_class AS to_table ON to_table.oid = confrelid
JOIN pg_namespace AS to_schema ON to_schema.oid = to_table.relnamespace
WHERE contype = 'f' AND %(oid)s IN (conrelid, confrelid) ORDER BY on_table.oid, conname
"""


class ForeignKey(NamedTuple):
    """One constraint; names are SQL."""

    label: str
    on: str
    to: str
    name: str
    definition: str
    is_valid: bool
    is_own: bool
    """On the table itself, and gone with it."""

    @property
    def drop(self) -> str:
        """Return the statement that removes it."""
        return f"ALTER TABLE {self.on} DROP CONSTRAINT {self.name}"

    @property
    def add(self) -> str:
        """Return the statement that brings it back, in force from then on, without reading the rows."""
        return f"ALTER TABLE {self.on} ADD CONSTRAINT {self.name} {self.definition} NOT VALID"


def foreign_keys(at: Session, original: Original) -> list[ForeignKey]:
    """Return those on the table and those that lead to it."""
    return [ForeignKey(*row) for row in at.run(_KEYS, {"oid": original.oid})]


def partners(keys: list[ForeignKey], original: Original) -> list[str]:
    """Return the other tables whose foreign keys are made anew, as SQL."""
    return sorted({name for key in keys for name in (key.on, key.to)} - {original.qualified})


def validate(at: Session, original: Original) -> None:
    """Look through the rows for each foreign key that nobody has: beside readers and writers, at most slowing them.

    Raise ShadowError for one that its rows break.
    """
    for key in foreign_keys(at, original):
        if key.is_valid:
            continue
        try:
            at.run(f"ALTER TABLE {key.on} VALIDATE CONSTRAINT {key.name}")
        except IntegrityError:
            raise ShadowError(f"the foreign key {key.label} is not valid, and rows of {key.on} break it") from None
