"""Typed, frozen settings, one object per domain, read from ``HARDENING_<DOMAIN>`` at access."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from hardening.errors import HardeningError

PREFIX = "HARDENING_"


class ConfigurationError(HardeningError, ImproperlyConfigured):
    """A setting is unknown or impossible. The message names the setting and the consequence."""


@dataclass(frozen=True, kw_only=True)
class DomainSettings:
    """Base of every domain's settings; a subclass names its ``domain`` and documents each field.

    ``__post_init__`` of a subclass refuses impossible values with ConfigurationError.
    """

    domain: ClassVar[str]

    @classmethod
    def setting_name(cls) -> str:
        """Return the name of the dict in the project's settings."""
        return PREFIX + cls.domain

    @classmethod
    def load(cls) -> Self:
        """Return the settings in force.

        Raise ConfigurationError for an unknown key: a misspelt limit must not silently be the default.
        """
        return _load(cls)  # type: ignore[return-value, arg-type]  # the cache loses the class


@cache
def _load(cls: type[DomainSettings]) -> DomainSettings:
    given: Any = getattr(settings, cls.setting_name(), {})
    if not isinstance(given, Mapping):
        raise ConfigurationError(f"{cls.setting_name()} must be a dict")
    known = [field.name for field in fields(cls)]
    for key in given:
        if key not in known:
            raise ConfigurationError(f"{cls.setting_name()}[{key!r}] is unknown{did_you_mean(str(key), known)}")
    return cls(**given)


def did_you_mean(name: str, known: list[str]) -> str:
    """Return the end of a message that offers the nearest known name, or nothing."""
    nearest = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _forget(*, setting: str, **_: object) -> None:
    if setting.startswith(PREFIX):
        _load.cache_clear()


setting_changed.connect(_forget, dispatch_uid="hardening.conf")
