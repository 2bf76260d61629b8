"""Settings of the login domain."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from hardening.conf import ConfigurationError, DomainSettings

SHORTEST_PASSWORD = 8


@dataclass(frozen=True, kw_only=True)
class LoginSettings(DomainSettings):
    """``HARDENING_LOGIN``."""

    domain: ClassVar[str] = "LOGIN"

    portal_url: str = ""
    """Where people reach the portal, such as ``https://portail.example``: mailed links and printed letters point
    there, never to the Host header of a request, which a stranger writes. Empty: they are refused."""

    context_words: tuple[str, ...] = ()
    """Words that an attacker tries first because it is this portal: its name, its operator, its town, its insurers.
    More words refuse more passwords."""

    breached_file: str = ""
    """Path of a list of leaked passwords that ``make_breached_list`` made, beside the short one that is shipped. Their
    owners change them at the next login. Empty: only the commonest are recognised."""

    password_length: int = 8
    """Fewest characters of a password. 8 suffices beside a second step (NIST SP 800-63B-4); longer annoys, and stops
    nobody who phishes."""

    reset_lifetime: timedelta = timedelta(minutes=30)
    """How long a mailed reset link works. Longer: more mailboxes in which a working link lies about."""

    reset_pause: timedelta = timedelta(minutes=5)
    """Least time between two reset mails to one account. Shorter: strangers can fill a mailbox faster."""

    reset_requests: int = 20
    """Reset mails asked for from one /24 or /64 in a quarter of an hour, known browsers left out. More: a stranger
    fills tables and mailboxes faster; fewer: a hospital's staff wait for each other."""

    failure_mail_pause: timedelta = timedelta(hours=1)
    """Least time between two mails about failed second steps to one account (D32)."""

    letter_probation: timedelta = timedelta(hours=24)
    """How long an authenticator bound with a letter opens little and changes nothing. Shorter: whoever took the letter
    out of somebody's mail is believed before its owner has read the notice. 0 while a new portal is set up: else its
    first administrators wait for a day."""

    def __post_init__(self) -> None:
        """Refuse values that void a control."""
        parts = urlsplit(self.portal_url)
        if self.portal_url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/")):
            raise ConfigurationError("HARDENING_LOGIN['portal_url'] must look like https://portail.example")
        if self.password_length < SHORTEST_PASSWORD:
            raise ConfigurationError("HARDENING_LOGIN['password_length'] must be at least 8")
        if not timedelta() < self.reset_lifetime <= timedelta(hours=24):
            raise ConfigurationError("HARDENING_LOGIN['reset_lifetime'] must be above 0 and at most 24 hours")
        if self.reset_requests < 1:
            raise ConfigurationError("HARDENING_LOGIN['reset_requests'] must be at least 1: nobody could ask")
        if self.letter_probation < timedelta():
            raise ConfigurationError("HARDENING_LOGIN['letter_probation'] cannot be negative")
        if self.reset_pause < timedelta() or self.failure_mail_pause < timedelta():
            raise ConfigurationError("HARDENING_LOGIN: a pause between mails cannot be negative")

    def address_of(self, path: str) -> str:
        """Return the full address of a page.

        Raise ConfigurationError without a ``portal_url``: a link made from the Host header would go where a stranger
        wants it to.
        """
        if not self.portal_url:
            raise ConfigurationError(
                "HARDENING_LOGIN['portal_url'] is not set: mails and letters cannot name the portal"
            )
        return self.portal_url.rstrip("/") + path
