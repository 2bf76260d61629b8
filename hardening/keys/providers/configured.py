"""The provider that ``HARDENING_KEYS`` names."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.aws_kms import AwsKmsProvider
from hardening.keys.providers.clear import ClearProvider
from hardening.keys.providers.environment import EnvironmentProvider
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.providers.pkcs11_token import Pkcs11Provider
from hardening.keys.providers.protocol import WrappingProvider
from hardening.keys.providers.transit import TransitProvider

MAKERS: Mapping[str, Callable[[KeysSettings], WrappingProvider]] = {
    "file": lambda _: ClearProvider(),
    "environment": lambda settings: EnvironmentProvider(variable=settings.wrapping_key),
    "transit": TransitProvider,
    "aws_kms": AwsKmsProvider,
    "pkcs11": Pkcs11Provider,
}
PACKAGES = {"aws_kms": ("boto3", "kms"), "pkcs11": ("pkcs11", "pkcs11")}
"""The module that a provider needs, and the extra that brings it."""
SECRETS = {"environment": "wrapping_key", "transit": "transit_token", "pkcs11": "pkcs11_pin"}
"""The option that names a provider's secret."""


def configured_provider() -> WrappingProvider:
    """Return the provider of this installation; nothing is called yet.

    Raise ConfigurationError for settings that cannot be, and KeyUnavailableError if its package is missing.
    """
    return provider_named(KeysSettings.load().provider)


def require_configured() -> None:
    """Raise KeyUnavailableError if the package or the secret of the provider is missing; nothing is called."""
    settings = KeysSettings.load()
    provider_named(settings.provider)
    if option := SECRETS.get(settings.provider):
        environment_secret(getattr(settings, option))


def provider_named(name: str) -> WrappingProvider:
    """Return a provider with its options of this installation.

    Raise ConfigurationError if an option of it is missing, and KeyUnavailableError if its package is.
    """
    settings = KeysSettings.load()
    settings.require_options_of(name)
    module, extra = PACKAGES.get(name, ("", ""))
    if module and find_spec(module) is None:
        raise KeyUnavailableError(f"provider {name!r} needs a package; run `pip install 'hardening[{extra}]'`")
    return MAKERS[name](settings)
