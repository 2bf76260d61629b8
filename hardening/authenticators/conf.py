"""Settings of the authenticators domain."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from hardening.conf import ConfigurationError, DomainSettings

LONGEST_GRANT = timedelta(days=7)
LONGEST_WINDOW = timedelta(minutes=10)
MOST_PASSKEYS = 20


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

    rp_id: str = ""
    """Domain that passkeys are bound to, such as ``"portail.example"``; never taken from a request. Empty: nobody can
    bind or use a passkey, and a warning says so. Changing it makes every passkey unusable."""

    origins: tuple[str, ...] = ()
    """Exact origins that may ask for passkeys, such as ``("https://portail.example",)``. One more is one more site
    whose scripts may log people in here."""

    rp_name: str = "Portail sécurisé"
    """Name that devices show beside a passkey."""

    passkeys_at_most: int = 10
    """Passkeys per account. Higher: more devices to think of when one is stolen. At most 20."""

    administrator_models: tuple[str, ...] = ()
    """AAGUIDs of the authenticators that administrators may bind; empty for any. Believed only where the maker vouches
    for the device, so ``administrator_roots`` is needed too."""

    administrator_roots: str | Path = ""
    """PEM file with the certificates of the makers that vouch for the authenticators of administrators;
    empty: nobody asks. Set it before they bind theirs: a passkey bound without is refused from then on."""

    def __post_init__(self) -> None:
        """Refuse durations that void a control, and a policy that nothing could satisfy."""
        self._require_passkeys()
        if not timedelta() < self.grant_lifetime <= LONGEST_GRANT:
            raise ConfigurationError("HARDENING_AUTHENTICATORS['grant_lifetime'] must be above 0 and at most 7 days")
        if not timedelta() < self.enrolment_window <= LONGEST_WINDOW:
            raise ConfigurationError(
                "HARDENING_AUTHENTICATORS['enrolment_window'] must be above 0 and at most 10 minutes"
            )
        if self.recovery_delay < timedelta(hours=24):
            raise ConfigurationError("HARDENING_AUTHENTICATORS['recovery_delay'] must be at least 24 hours")

    def _require_passkeys(self) -> None:
        if bool(self.rp_id) is not bool(self.origins):
            raise ConfigurationError("HARDENING_AUTHENTICATORS: 'rp_id' and 'origins' are set together")
        if not 1 <= self.passkeys_at_most <= MOST_PASSKEYS:
            raise ConfigurationError("HARDENING_AUTHENTICATORS['passkeys_at_most'] must be between 1 and 20")
        if self.administrator_models and not self.administrator_roots:
            raise ConfigurationError(
                "HARDENING_AUTHENTICATORS['administrator_models'] needs 'administrator_roots': "
                "nobody vouches for a model otherwise, and no administrator could bind anything"
            )
        try:
            self.allowed_models()
        except ValueError:
            raise ConfigurationError(
                "HARDENING_AUTHENTICATORS['administrator_models'] must hold AAGUIDs, written as UUIDs"
            ) from None

    def allowed_models(self) -> frozenset[UUID]:
        """Return the models that administrators may bind, parsed."""
        return frozenset(UUID(model) for model in self.administrator_models)
