"""Settings of the keys domain."""

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from hardening.conf import ConfigurationError, DomainSettings, did_you_mean
from hardening.errors import KeyUnavailableError

ENVIRONMENT_NAME = "HARDENING_KEYS_FILE"
BROKER_ENVIRONMENT_NAME = "HARDENING_KEYS_BROKER"
PROVIDERS = ("file", "environment", "transit", "aws_kms", "pkcs11")
_NEEDED = {
    "environment": ("wrapping_key",),
    "transit": ("transit_address", "transit_mount", "transit_key", "transit_token"),
    "aws_kms": ("aws_key",),
    "pkcs11": ("pkcs11_module", "pkcs11_token", "pkcs11_key", "pkcs11_pin"),
}
_LONGEST_WAIT = timedelta(seconds=30)
"""A worker that waits longer is killed by most servers before it can say why."""

MISS_PEOPLE = 3
"""What the broker charges for a question that nobody put within the window, until a row opens that it found."""


@dataclass(frozen=True, kw_only=True)
class KeysSettings(DomainSettings):
    """``HARDENING_KEYS``: names and addresses only.

    A secret is named by the environment variable that carries it, and each such ``NAME`` may be given as
    ``NAME_FILE``, the path of a file that holds the value.
    """

    domain = "KEYS"

    file: str | Path | None = None
    """Path of the key file of a demonstration or a test. Leave it None in production: the path then comes from
    the environment variable HARDENING_KEYS_FILE, and a file inside BASE_DIR is refused, since the project's
    directory is what gets copied, packed and served by mistake."""

    provider: str = "file"
    """What wraps the roots in the key file: ``file`` (nothing, they stand in clear), ``environment``, ``transit``
    (OpenBao or Vault), ``aws_kms`` or ``pkcs11``. A file of another provider is refused."""

    provider_timeout: timedelta = timedelta(seconds=2)
    """How long ``transit`` and ``aws_kms`` are waited for at each step of a call, and ``pkcs11`` for a whole one;
    default 2 seconds, at most 30. Five or more calls are made when a process starts; nothing is tried twice."""

    wrapping_key: str = "HARDENING_WRAPPING_KEY"
    """``environment``: the variable with 32 bytes in base64."""

    transit_address: str = ""
    """``transit``: the address of the service, ``https://…``; plain ``http`` on this machine's loopback alone."""

    transit_mount: str = "transit"
    """``transit``: where the engine is mounted."""

    transit_key: str = ""
    """``transit``: the name of the key; of an AEAD type, such as ``aes256-gcm96``."""

    transit_namespace: str = ""
    """``transit``: the namespace, if the service has them."""

    transit_token: str = "HARDENING_TRANSIT_TOKEN"  # noqa: S105 - the name of a variable
    """``transit``: the variable with the token. It is read anew at every call, so an agent may renew its file."""

    transit_ca_file: str | None = None
    """``transit``: certificate authorities to trust instead of the system's, as a PEM file."""

    aws_key: str = ""
    """``aws_kms``: the key's id, ARN or alias. Credentials are found the way boto3 finds them: the role of the
    machine or of the task rather than anything written down."""

    aws_region: str | None = None
    """``aws_kms``: the region; None takes that of the environment."""

    aws_endpoint: str | None = None
    """``aws_kms``: an address of a VPC endpoint, ``https://…``; None is AWS's own."""

    pkcs11_module: str = ""
    """``pkcs11``: path of the vendor's library."""

    pkcs11_token: str = ""
    """``pkcs11``: label of the token."""

    pkcs11_key: str = ""
    """``pkcs11``: label of the secret AES key that may encrypt and decrypt."""

    pkcs11_pin: str = "HARDENING_PKCS11_PIN"
    """``pkcs11``: the variable with the user PIN."""

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
    thief inside the web process can guess numbers, as are as many pseudonyms of people; large imports run beside
    the key file."""

    broker_connections: int = 64
    """How many connections the broker serves at once."""

    def __post_init__(self) -> None:
        """Refuse a provider that cannot work, or one that would send roots in clear."""
        if self.provider not in PROVIDERS:
            guess = did_you_mean(str(self.provider), [*PROVIDERS])
            raise ConfigurationError(f"HARDENING_KEYS['provider'] is none of {', '.join(PROVIDERS)}{guess}")
        self.require_options_of(self.provider)
        if not timedelta(0) < self.provider_timeout <= _LONGEST_WAIT:
            raise ConfigurationError("HARDENING_KEYS['provider_timeout'] must be more than 0 and at most 30 seconds")
        for option in ("transit_address", "aws_endpoint"):
            if address := getattr(self, option):
                _require_safe(address, option=option)
        self._require_limits()

    def require_options_of(self, provider: str) -> None:
        """Raise ConfigurationError if an option is missing that ``provider`` cannot do without."""
        for option in _NEEDED.get(provider, ()):
            if not getattr(self, option):
                raise ConfigurationError(f"HARDENING_KEYS['{option}'] is missing; provider {provider!r} needs it")

    def broker(self) -> Path | None:
        """Return the socket of the broker that this process asks, or None if it holds the keys itself."""
        given = self.broker_socket or os.environ.get(BROKER_ENVIRONMENT_NAME, "")
        return Path(given) if given else None

    def account(self) -> Path:
        """Return where the broker keeps its account."""
        return Path(self.broker_account) if self.broker_account else self.path().with_name("account.sqlite3")

    def _require_limits(self) -> None:
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


def _require_safe(address: str, *, option: str) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"HARDENING_KEYS['{option}'] is no address") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(f"HARDENING_KEYS['{option}'] must be a bare address, without user, query or fragment")
    # In clear, whoever is on the way reads the token and every root.
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ConfigurationError(f"HARDENING_KEYS['{option}'] must be https; http is for the loopback address alone")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
