"""What ``manage.py check`` says of the audit."""

from collections.abc import Sequence
from datetime import UTC

from django.core import checks
from django.db import Error, connections

from hardening import clock
from hardening.audit.months import MONTHS
from hardening.routing import ALIAS

NO_ALIAS = "hardening_audit.E001"
MONTH_MISSING = "hardening_audit.W001"
ENDLESS_WAIT = "hardening_audit.W002"

_WANTED_AHEAD = 2


@checks.register(checks.Tags.models)
def check_alias(**_: object) -> list[checks.CheckMessage]:
    """Refuse an installation whose audit would share the connection of the rows it tells of."""
    if ALIAS in connections:
        return []
    return [
        checks.Error(
            f"DATABASES has no {ALIAS!r}: an entry would be rolled back together with the view that it tells of",
            hint=f"add DATABASES[{ALIAS!r}] and hardening.routing.HardeningRouter in DATABASE_ROUTERS",
            id=NO_ALIAS,
        )
    ]


@checks.register(checks.Tags.database)
def check_months(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    """Warn before the made months run out; entries then go to the default partition, and nothing fails."""
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
            f"the audit has no partition for {', '.join(missing)}: their entries share one, which is slow to prune",
            hint="run manage.py make_audit_months every month",
            id=MONTH_MISSING,
        )
    ]


@checks.register(checks.Tags.database)
def check_patience(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    """Warn where a lock on the audit's table would hold every request for as long as it lasts."""
    if ALIAS not in (databases or ()) or connections[ALIAS].vendor != "postgresql":
        return []
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (patience,) = cursor.fetchone()
    if patience != "0":
        return []
    return [
        checks.Warning(
            f"DATABASES[{ALIAS!r}] waits for locks without end: whoever holds the audit's table holds the portal",
            hint=f"set DATABASES[{ALIAS!r}]['OPTIONS']['options'] = '-c lock_timeout=5s'",
            id=ENDLESS_WAIT,
        )
    ]
