"""What a profile takes from the environment: values that stand in no file of the repository."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def required(*names: str) -> dict[str, str]:
    """Return the value of each variable, from ``NAME`` or from the file that ``NAME_FILE`` points at.

    Raise ImproperlyConfigured naming every missing one at once: a start that fails five times in a row teaches
    people to take shortcuts.
    """
    values = {name: _value(name) for name in names}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise ImproperlyConfigured(
            f"not set: {', '.join(missing)}. Set each in the environment, or set NAME_FILE to a file that holds it"
        )
    return values


def optional(name: str, *, default: str = "") -> str:
    """Return the value of a variable, from ``NAME`` or ``NAME_FILE``, else the default."""
    return _value(name) or default


def hosts(name: str, *, given: str) -> list[str]:
    """Return the host names in ``given``, the value of the variable ``name``.

    Raise ImproperlyConfigured for none and for a wildcard: a portal that answers to any name answers to a stranger's.
    """
    found = [host.strip() for host in given.split(",") if host.strip()]
    if not found or "*" in found:
        raise ImproperlyConfigured(f"{name} must name hosts, such as portail.example; '*' is none")
    return found


def listed(name: str) -> list[str]:
    """Return the comma-separated values of an optional variable."""
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]


def _value(name: str) -> str:
    """Return the variable, or what its file says. Raise ImproperlyConfigured for a file that cannot be read."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as refusal:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {refusal.strerror}") from None
