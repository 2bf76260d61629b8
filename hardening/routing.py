"""Which tables live on the ``hardening`` database: those that must survive a rolled-back view (D1)."""

from typing import Any

ALIAS = "hardening"

SEPARATE = frozenset({"hardening_lockout", "hardening_disclosure", "hardening_audit"})
"""App labels whose rows are written in transactions of their own, never joined to ``default``."""


class HardeningRouter:
    """Send lockout, budgets, ledger and audit to their own alias; leave all else to the next router."""

    def db_for_read(self, model: type[Any], **_: object) -> str | None:
        """Return the alias for reads of ``model``, or None for no opinion."""
        return ALIAS if model._meta.app_label in SEPARATE else None

    def db_for_write(self, model: type[Any], **_: object) -> str | None:
        """Return the alias for writes of ``model``, or None for no opinion."""
        return ALIAS if model._meta.app_label in SEPARATE else None

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool | None:
        """Keep each table on exactly one side."""
        if app_label in SEPARATE:
            return db == ALIAS
        return False if db == ALIAS else None
