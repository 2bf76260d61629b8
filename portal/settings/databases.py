"""How the portal's profiles reach their two databases (D1): ``default`` and ``hardening``."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def postgresql(url: str, *, name: str | None = None) -> dict[str, Any]:
    """Return the settings of the PostgreSQL database at ``url``, or of its neighbour ``name`` on the same server.

    Raise ImproperlyConfigured for any other address; the message never repeats it, for it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("a database address looks like postgresql://user:password@host:5432/name")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name or unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
    }


def impatient(database: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with an end to every wait for a lock: a table that somebody holds must not hold all others.

    Five seconds where nothing says less; the gate says a quarter of a second, and then it shows nobody.
    """
    return {**database, "OPTIONS": {**database["OPTIONS"], "options": "-c lock_timeout=5s"}}


def sqlite(path: Path, *, synchronous: str) -> dict[str, Any]:
    """Return the settings of an SQLite file shared by the processes of one host (D20).

    ``synchronous`` is FULL for what must survive a power cut (ledger, audit), NORMAL for the rest.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Without IMMEDIATE two transactions that read, then write, would both read the old count (D13).
            "transaction_mode": "IMMEDIATE",
            "timeout": 0.25,  # then 503: a practitioner should not wait for a lock that will not come
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
        },
        "TEST": {"NAME": path.with_name(f"test_{path.name}")},
        "ATOMIC_REQUESTS": False,
    }
