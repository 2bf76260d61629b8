"""System checks: what would let a second factor be tried, replayed or read behind our back."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from django.core.checks import CheckMessage, Error
from django_otp import device_classes

from hardening.authenticators.models import OneTimeCode

OLD_RELEASE = "hardening_authenticators.E001"
FOREIGN_DEVICE = "hardening_authenticators.E002"

OLDEST = (1, 7, 5)
"""Earlier releases of django-otp verified a token on a row that nobody had locked."""


def check_release(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse a release of django-otp that a resolver may have picked, and that is known to be vulnerable (P30)."""
    installed = version("django-otp")
    if numbers(installed) >= OLDEST:
        return []
    return [
        Error(
            f"django-otp {installed} is installed: before 1.7.5 one code could be accepted several times at once.",
            hint='Require "django-otp>=1.7.5".',
            id=OLD_RELEASE,
        )
    ]


def numbers(release: str) -> tuple[int, ...]:
    """Return the leading numbers of a release, for comparison."""
    found = []
    for part in release.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        found.append(int(digits))
    return tuple(found)


def check_devices(**_: Any) -> Sequence[CheckMessage]:  # noqa: ANN401 - Django's signature
    """Refuse django-otp's other kinds of authenticator: seeds in clear, and guesses that nobody counts."""
    foreign = sorted(device._meta.label for device in device_classes() if not issubclass(device, OneTimeCode))
    if not foreign:
        return []
    return [
        Error(
            f"{', '.join(foreign)}: authenticators of django-otp keep their seeds in clear, and a guess at them is "
            "counted nowhere.",
            hint="Remove django_otp.plugins.* from INSTALLED_APPS: one-time and recovery codes are here already.",
            id=FOREIGN_DEVICE,
        )
    ]
