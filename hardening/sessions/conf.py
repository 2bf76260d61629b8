"""Limits of a session, as the project sets them in ``HARDENING_SESSIONS``."""

from dataclasses import dataclass
from datetime import timedelta

from hardening.conf import ConfigurationError, DomainSettings


@dataclass(frozen=True, kw_only=True)
class SessionsSettings(DomainSettings):
    """How long a session lives. A stolen cookie is worth at most what is left of it."""

    domain = "SESSIONS"

    idle: timedelta = timedelta(minutes=30)
    """Time without a request after which a session is over. Raising it leaves an unattended counter open for
    longer; lowering it asks people to log in more often."""

    absolute: timedelta = timedelta(hours=4)
    """Time after the login at which a session is over, whatever happens in it. Raising it lengthens the life of
    a stolen cookie."""

    at_most: int = 2
    """Sessions that an account has at once: the newest win. More: a thief's stands beside the owner's unnoticed; 1: the
    computer at the counter and the one in the back room end each other's."""

    touch_every: timedelta = timedelta(minutes=1)
    """How exactly ``last_seen_at`` is kept. Raising it saves writes and ends idle sessions early by as much;
    zero writes at every request."""

    def __post_init__(self) -> None:
        """Refuse limits that would let no session live, or that the other limit makes void."""
        if self.idle <= timedelta(0):
            raise ConfigurationError("HARDENING_SESSIONS['idle'] must be longer than zero: no session would live")
        if self.at_most < 1:
            raise ConfigurationError("HARDENING_SESSIONS['at_most'] must be at least 1: no session would live")
        if self.absolute < self.idle:
            raise ConfigurationError("HARDENING_SESSIONS['absolute'] is shorter than 'idle': the idle limit is void")
        if not timedelta(0) <= self.touch_every < self.idle:
            raise ConfigurationError(
                "HARDENING_SESSIONS['touch_every'] must be shorter than 'idle': sessions in use would end"
            )
