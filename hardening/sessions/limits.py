"""When a session is over: the idle and the absolute limit, as pure functions of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Overrun = Literal["idle", "absolute"]


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """The moments of a session that the limits look at; it began at its login, or where there is none at its start."""

    began_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def overrun(lifetime: Lifetime, *, at: datetime, idle: timedelta, absolute: timedelta) -> Overrun | None:
    """Return the limit that ended this session, or None while it lives.

    The limits in force are compared, not only the stored ``expires_at``: lowering a setting during an attack must
    shorten the sessions that exist. A session is over at the limit itself, not only after it. A last request
    that lies in the future (a clock was set back) does not lengthen the absolute limit.
    """
    if at >= lifetime.expires_at or at - lifetime.began_at >= absolute:
        return "absolute"
    if at - lifetime.last_seen_at >= idle:
        return "idle"
    return None
