"""Settings of the keys domain."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hardening.conf import ConfigurationError, DomainSettings
from hardening.errors import KeyUnavailableError

ENVIRONMENT_NAME = "HARDENING_KEYS_FILE"
BROKER_ENVIRONMENT_NAME = "HARDENING_KEYS_BROKER"

MISS_PEOPLE = 3
"""What the broker charges for a question that nobody put within the window, until a row opens that it found."""


@dataclass(frozen=True, kw_only=True)
class KeysSettings(DomainSettings):
    """``HARDENING_KEYS``."""

    domain = "KEYS"

    file: str | Path | None = None
    """Path of the key file of a demonstration or a test. Leave it None in production: the path then comes from
    the environment variable HARDENING_KEYS_FILE, and a file inside BASE_DIR is refused, since the project's
    directory is what gets copied, packed and served by mistake."""

    broker_socket: str | Path | None = None
    """Path of the key broker's socket for a demonstration or a test. Leave it None in production: the path then comes
    from the environment variable HARDENING_KEYS_BROKER, which the web process has and the broker's user has not. A
    process with a broker reads no key file."""

    broker_timeout: timedelta = timedelta(seconds=2)
    """How long a process waits for the broker before it fails."""

    broker_users: tuple[str | int, ...] = ()
    """The system users, by name or id, whose processes the broker answers. Empty: its own user alone."""

    broker_account: str | Path | None = None
    """Path of the SQLite file in which the broker keeps what was opened. None: ``account.sqlite3`` beside the key
    file."""

    broker_window: timedelta = timedelta(hours=24)
    """How long a person that was opened counts."""

    broker_people_per_actor: int = 800
    """How many people the broker opens for one named actor within the window: above the widest profession's cap of
    a day, so that the gate refuses first. A look-up that finds nobody costs three. What is opened in nobody's name
    (log-in, jobs) counts against the cap of all alone."""

    broker_people: int = 5_000
    """How many people the broker opens within the window in all: the most that a thief inside the web process
    reads before somebody stops him. Everybody who logs in with a sealed second factor is one."""

    broker_calls_per_minute: int = 12_000
    """How many values the broker seals, and how many digests it makes, within a minute; both open nothing."""

    broker_indexed_seals_per_minute: int = 600
    """How many values with a blind index it seals within a minute. A blob shows its index, so this is how fast a
    thief inside the web process can guess numbers; large imports run beside the key file."""

    broker_connections: int = 64
    """How many connections the broker serves at once."""

    def __post_init__(self) -> None:
        """Refuse limits that let nobody or everybody through."""
        least = min(
            self.broker_people_per_actor,
            self.broker_people,
            self.broker_calls_per_minute,
            self.broker_indexed_seals_per_minute,
        )
        if least < MISS_PEOPLE or self.broker_connections < 1:
            raise ConfigurationError(f"HARDENING_KEYS: the broker's limits are at least {MISS_PEOPLE}")
        if min(self.broker_window, self.broker_timeout) <= timedelta():
            raise ConfigurationError("HARDENING_KEYS: the broker's window and timeout are longer than nothing")

    def broker(self) -> Path | None:
        """Return the socket of the broker that this process asks, or None if it holds the keys itself."""
        given = self.broker_socket or os.environ.get(BROKER_ENVIRONMENT_NAME, "")
        return Path(given) if given else None

    def account(self) -> Path:
        """Return where the broker keeps its account."""
        return Path(self.broker_account) if self.broker_account else self.path().with_name("account.sqlite3")

    def path(self) -> Path:
        """Return where the key file is.

        Raise KeyUnavailableError if nothing says so, or if production keys stand inside the project.
        """
        if self.file is not None:
            return Path(self.file)
        given = os.environ.get(ENVIRONMENT_NAME, "")
        if not given:
            raise KeyUnavailableError(f"no key file: set the environment variable {ENVIRONMENT_NAME} to its path")
        path = Path(given).resolve()
        project = getattr(settings, "BASE_DIR", None)
        if project is not None and path.is_relative_to(Path(project).resolve()):
            raise KeyUnavailableError(f"{ENVIRONMENT_NAME} points inside BASE_DIR; keep the keys outside the project")
        return path
