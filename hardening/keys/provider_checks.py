"""System checks of the provider that wraps the roots."""

from typing import Any

from django.core import checks

from hardening.conf import ConfigurationError
from hardening.errors import KeyUnavailableError
from hardening.keys.providers.configured import configured_provider, require_configured

E003 = "hardening_keys.E003"
"""The provider is misconfigured."""
E004 = "hardening_keys.E004"
"""The provider does not do what is relied on."""


def check_provider(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - what Django passes
    """Look at what this machine can tell: the provider's package and its secret; nothing is called."""
    try:
        require_configured()
    except ConfigurationError:
        return []  # said by the check of all settings
    except KeyUnavailableError as error:
        return [checks.Error(str(error), hint="See docs/how-to/choose-a-provider.md.", id=E003)]
    return []


def check_provider_works(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Under ``check --deploy``: have the provider wrap a root, open it, and refuse it to another key."""
    if check_provider():
        return []
    try:
        configured_provider().healthcheck()
    except ConfigurationError:
        return []
    except KeyUnavailableError as error:
        return [checks.Error(str(error), hint="Do what the message says before this process serves.", id=E004)]
    return []
