"""What ``manage.py check`` says of the gate: controls that are off or void are errors."""

from collections.abc import Sequence
from datetime import UTC

from django.core import checks
from django.db import Error, connections
from django.utils.module_loading import import_string

from hardening import clock
from hardening.conf import ConfigurationError
from hardening.disclosure.conf import DisclosureSettings, is_under_test
from hardening.disclosure.months import MONTHS
from hardening.routing import ALIAS

NO_ALIAS = "hardening_disclosure.E001"
SETTINGS_UNUSABLE = "hardening_disclosure.E002"
STORE_OF_ONE_PROCESS = "hardening_disclosure.E003"
ACTOR_NOT_FOUND = "hardening_disclosure.E004"
NOT_IMMEDIATE = "hardening_disclosure.E005"
ROLLED_BACK_WITH_VIEW = "hardening_disclosure.E006"
STORE_UNSUPPORTED = "hardening_disclosure.E007"
MONTH_MISSING = "hardening_disclosure.W001"
NO_ACTOR = "hardening_disclosure.W002"
NO_PURPOSE = "hardening_disclosure.W003"

_SUPPORTED = ("postgresql", "sqlite")
_WANTED_AHEAD = 2


@checks.register(checks.Tags.models)
def check_alias(**_: object) -> list[checks.CheckMessage]:
    """Refuse a connection on which counts and ledger would be lost, or decided twice."""
    if ALIAS not in connections:
        return [
            checks.Error(
                f"DATABASES has no {ALIAS!r}: counts and ledger would be rolled back together with the view",
                hint=f"add DATABASES[{ALIAS!r}] and hardening.routing.HardeningRouter in DATABASE_ROUTERS",
                id=NO_ALIAS,
            )
        ]
    connection = connections[ALIAS]
    found: list[checks.CheckMessage] = []
    if connection.vendor not in _SUPPORTED:
        found.append(
            checks.Error(
                f"DATABASES[{ALIAS!r}] is {connection.vendor}: no budgets are kept there, so nobody can be disclosed",
                hint="use PostgreSQL, or SQLite on a single host",
                id=STORE_UNSUPPORTED,
            )
        )
    if connection.settings_dict.get("ATOMIC_REQUESTS"):
        found.append(
            checks.Error(
                f"DATABASES[{ALIAS!r}]['ATOMIC_REQUESTS'] is on: a view that fails takes its ledger rows with it",
                hint="switch it off on this alias; it may stay on for 'default'",
                id=ROLLED_BACK_WITH_VIEW,
            )
        )
    options = connection.settings_dict.get("OPTIONS", {})
    if connection.vendor == "sqlite" and str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        found.append(
            checks.Error(
                f"DATABASES[{ALIAS!r}] begins its transactions late: two look-ups can read one count and both pass",
                hint="set OPTIONS['transaction_mode'] = 'IMMEDIATE' and OPTIONS['timeout'] = 0.25",
                id=NOT_IMMEDIATE,
            )
        )
    return found


@checks.register(checks.Tags.security)
def check_settings(**_: object) -> list[checks.CheckMessage]:
    """Refuse settings under which the gate counts nothing, or cannot work."""
    try:
        settings = DisclosureSettings.load()
    except ConfigurationError as error:
        return [checks.Error(f"{error}.", hint="Correct HARDENING_DISCLOSURE.", id=SETTINGS_UNUSABLE)]
    found: list[checks.CheckMessage] = []
    if settings.store == "in_process" and not is_under_test():
        found.append(
            checks.Error(
                "HARDENING_DISCLOSURE['store'] counts in one process: each worker would give everybody a budget",
                hint="remove 'store', and the counts stand in the 'hardening' database",
                id=STORE_OF_ONE_PROCESS,
            )
        )
    if not settings.purposes:
        found.append(
            checks.Warning(
                "HARDENING_DISCLOSURE['purposes'] is empty: every disclosure is refused",
                hint='declare what people are looked up for, such as {"rights_check": {}}',
                id=NO_PURPOSE,
            )
        )
    return [*found, *_actor_problems(settings.actor)]


@checks.register(checks.Tags.database)
def check_months(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    """Warn before the made months run out; rows then go to the default partition, and nothing fails."""
    if ALIAS not in (databases or ()):
        return []
    try:
        missing = MONTHS.missing(today=clock.now().astimezone(UTC).date(), ahead=_WANTED_AHEAD)
    except Error:
        return []  # a database that does not answer is reported by Django itself
    if not missing:
        return []
    return [
        checks.Warning(
            f"the ledger has no partition for {', '.join(missing)}: their rows share one, which is slow to prune",
            hint="run manage.py make_ledger_months every month",
            id=MONTH_MISSING,
        )
    ]


def _actor_problems(path: str) -> list[checks.CheckMessage]:
    if not path:
        return [
            checks.Warning(
                "HARDENING_DISCLOSURE['actor'] is empty: every disclosure is refused",
                hint="name a function of your portal that takes a request and returns a hardening.Actor",
                id=NO_ACTOR,
            )
        ]
    try:
        import_string(path)
    except ImportError as error:
        return [
            checks.Error(
                f"HARDENING_DISCLOSURE['actor'] cannot be imported: {error}",
                hint="correct the dotted path of the function",
                id=ACTOR_NOT_FOUND,
            )
        ]
    return []
