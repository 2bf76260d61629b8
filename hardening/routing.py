"""Which tables live on the ``hardening`` database: those that must survive a rolled-back view (D1)."""

from typing import Any

ALIAS = "hardening"

SEPARATE = frozenset({"hardening_lockout", "hardening_disclosure", "hardening_audit"})
"""App labels whose rows are written in transactions of their own, never joined to ``default``."""

BESIDE_THE_ACCOUNT = frozenset({("hardening_lockout", "knownbrowser")})
"""The models of those apps that belong to an account, and go in the transaction that changes its password (I4)."""


def is_separate(app_label: str, model_name: str | None = None) -> bool:
    """Tell whether a model (or, without a name, an operation of the app's migrations) stands on ``hardening``."""
    return app_label in SEPARATE and (app_label, model_name) not in BESIDE_THE_ACCOUNT


class HardeningRouter:
    """Send lockout, budgets, ledger and audit to their own alias; leave all else to the next router."""

    def db_for_read(self, model: type[Any], **_: object) -> str | None:
        """Return the alias for reads of ``model``, or None for no opinion."""
        return ALIAS if is_separate(model._meta.app_label, model._meta.model_name) else None

    def db_for_write(self, model: type[Any], **_: object) -> str | None:
        """Return the alias for writes of ``model``, or None for no opinion."""
        return ALIAS if is_separate(model._meta.app_label, model._meta.model_name) else None

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_: object) -> bool | None:
        """Keep each table on exactly one side."""
        if is_separate(app_label, model_name):
            return db == ALIAS
        return False if db == ALIAS else None
