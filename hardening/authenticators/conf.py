"""Settings of the authenticators domain."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from hardening.conf import ConfigurationError, DomainSettings

LONGEST_GRANT = timedelta(days=7)
LONGEST_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class AuthenticatorsSettings(DomainSettings):
    """``HARDENING_AUTHENTICATORS``."""

    domain: ClassVar[str] = "AUTHENTICATORS"

    issuer: str = "Portail sécurisé"
    """Name that the application on the phone shows beside the account. Changing it renames nothing already enrolled."""

    grant_lifetime: timedelta = timedelta(hours=72)
    """How long an enrolment grant waits to be used. Longer: more lost letters that still work. At most 7 days."""

    enrolment_window: timedelta = timedelta(minutes=10)
    """From the seed being shown to its first code. Longer: a screen left open shows a seed that still works."""

    recovery_delay: timedelta = timedelta(hours=72)
    """From a recovery code being used to the moment its request may be answered without further proof (D27)."""

    def __post_init__(self) -> None:
        """Refuse durations that void a control."""
        if not timedelta() < self.grant_lifetime <= LONGEST_GRANT:
            raise ConfigurationError("HARDENING_AUTHENTICATORS['grant_lifetime'] must be above 0 and at most 7 days")
        if not timedelta() < self.enrolment_window <= LONGEST_WINDOW:
            raise ConfigurationError(
                "HARDENING_AUTHENTICATORS['enrolment_window'] must be above 0 and at most 10 minutes"
            )
        if self.recovery_delay < timedelta(hours=24):
            raise ConfigurationError("HARDENING_AUTHENTICATORS['recovery_delay'] must be at least 24 hours")
