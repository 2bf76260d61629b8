"""Settings of the encryption domain."""

from dataclasses import dataclass

from django.conf import settings

from hardening.conf import DomainSettings


@dataclass(frozen=True, kw_only=True)
class EncryptionSettings(DomainSettings):
    """``HARDENING_ENCRYPTION``."""

    domain = "ENCRYPTION"

    refuse_existence: bool | None = None
    """Whether an equality look-up on a sealed field in a request outside a disclosure is refused. None: refused in
    DEBUG, logged otherwise, so that a forgotten gate is found by developers and does not stop a counter. The
    suite of a portal sets True."""

    parts_in_requests: bool = False
    """Whether requests may look people up by a declared part of a sealed value. A part names many people, and two
    parts few: False leaves that to commands. True asks for a disclosure, which charges each question as a miss."""

    accept_provisional_nir: bool = True
    """Whether numbers that start with 3 to 8 are accepted. False refuses people whose civil status is not yet
    certified; their number changes when it is."""

    def refuses_unguarded_existence(self) -> bool:
        """Return the choice in force."""
        return settings.DEBUG if self.refuse_existence is None else self.refuse_existence
