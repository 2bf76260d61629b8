"""Which store keeps the counts of this installation."""

from collections.abc import Callable, Mapping
from functools import cache

from django.db import connections

from hardening.disclosure.conf import DisclosureSettings, is_under_test
from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.in_process import InProcessStore
from hardening.disclosure.stores.postgresql import PostgresqlStore
from hardening.disclosure.stores.sqlite import SqliteStore
from hardening.errors import StoreUnavailableError
from hardening.routing import ALIAS

_BY_VENDOR: Mapping[str, Callable[[], BudgetStore]] = {"postgresql": PostgresqlStore, "sqlite": SqliteStore}


def budget_store() -> BudgetStore:
    """Return the store that the settings name.

    Raise StoreUnavailableError for one that would not count: in this process alone, or on a database that
    cannot decide in one transaction.
    """
    if DisclosureSettings.load().store == "in_process":
        if not is_under_test():
            raise StoreUnavailableError("the in-process store counts for one worker only")
        return _in_process()
    vendor = connections[ALIAS].vendor
    if vendor not in _BY_VENDOR:
        raise StoreUnavailableError(f"no budgets are kept on {vendor}")
    return _BY_VENDOR[vendor]()


@cache
def _in_process() -> InProcessStore:
    return InProcessStore()
