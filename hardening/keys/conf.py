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
PROVIDERS = ("file", "environment", "transit", "aws_kms", "pkcs11")
_NEEDED = {
    "environment": ("wrapping_key",),
    "transit": ("transit_address", "transit_mount", "transit_key", "transit_token"),
    "aws_kms": ("aws_key",),
    "pkcs11": ("pkcs11_module", "pkcs11_token", "pkcs11_key", "pkcs11_pin"),
}
_LONGEST_WAIT = timedelta(seconds=30)
"""A worker that waits longer is killed by most servers before it can say why."""


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
    """How long ``transit`` and ``aws_kms`` are waited for at each step of a call; default 2 seconds, at most 30. Five
    or more calls are made when a process starts; nothing is tried twice. ``pkcs11`` has its vendor's own."""

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

    def require_options_of(self, provider: str) -> None:
        """Raise ConfigurationError if an option is missing that ``provider`` cannot do without."""
        for option in _NEEDED.get(provider, ()):
            if not getattr(self, option):
                raise ConfigurationError(f"HARDENING_KEYS['{option}'] is missing; provider {provider!r} needs it")

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
