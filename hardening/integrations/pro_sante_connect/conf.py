"""Settings of the login by Pro Santé Connect."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from hardening.conf import ConfigurationError, DomainSettings
from hardening.integrations.pro_sante_connect.addresses import is_private

CALLBACK = "hardening_pro_sante_connect:callback"
"""Name of the page to which the issuer sends people back."""

LONGEST_WAIT = timedelta(seconds=5)
OLDEST_PROOF = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class ProSanteConnectSettings(DomainSettings):
    """``HARDENING_PRO_SANTE_CONNECT``."""

    domain: ClassVar[str] = "PRO_SANTE_CONNECT"

    issuer: str = ""
    """Address of the issuer, exactly as its identity tokens name it. Empty: nobody logs in this way."""

    discovery_document: str = ".well-known/wallet-openid-configuration"
    """Path of the discovery document below ``issuer``; the issuer's own name for it is not the standard one."""

    client_id: str = ""
    """Name under which the issuer knows this portal."""

    client_secret: str = "PRO_SANTE_CONNECT_SECRET"  # noqa: S105 - the name of a variable
    """Name of the environment variable that holds the secret; with ``_FILE`` behind it, the path of a file."""

    scope: str = "openid scope_all"
    """What is asked for. Without ``scope_all`` the practices of the person are not told."""

    acr_values: str = "eidas1"
    """The issuer's only level of assurance. It says nothing about strength: what was shown stands in ``amr``."""

    timeout: timedelta = timedelta(seconds=5)
    """Longest wait for the issuer in one request, all calls together. Longer: more of the portal waits with it."""

    oldest_proof: timedelta = timedelta(minutes=5)
    """How long ago the person may have shown the card to the issuer. Longer: a session left open there, on a
    computer at a counter, opens the portal."""

    practices: str = ""
    """Dotted path of ``(account, claims) -> iterable of Practice``: for which of the practices that the issuer names
    this account works here. None of them: no login. Empty: all that the issuer names."""

    phone_grants: bool = False
    """Whether an approval on a telephone gives an enrolment grant of ten minutes to the holder of the password. It
    never logs in: a thief who begins the login himself can have the approval given by a deceived owner."""

    def __post_init__(self) -> None:
        """Refuse values that void a control."""
        name = self.setting_name()
        if bool(self.issuer) != bool(self.client_id):
            raise ConfigurationError(f"{name} needs both 'issuer' and 'client_id', or neither")
        if self.issuer and (not is_private(self.issuer) or "?" in self.issuer):
            raise ConfigurationError(f"{name}['issuer'] must be an https address; http is for the loopback alone")
        if not timedelta() < self.timeout <= LONGEST_WAIT:
            raise ConfigurationError(f"{name}['timeout'] must be above 0 and at most 5 seconds")
        if not timedelta() < self.oldest_proof <= OLDEST_PROOF:
            raise ConfigurationError(f"{name}['oldest_proof'] must be above 0 and at most 30 minutes")
        if "openid" not in self.scope.split():
            raise ConfigurationError(f"{name}['scope'] must name 'openid': without it no identity token is issued")

    @property
    def discovery_address(self) -> str:
        """Return where the discovery document is."""
        return f"{self.issuer.rstrip('/')}/{self.discovery_document.lstrip('/')}"
