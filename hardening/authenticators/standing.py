"""How far a login is believed, by what was shown, in which browser, and what the account is under (D27, D28, D35)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hardening.requirements import Standing

PROBATION_LASTS = timedelta(days=7)
"""Of a browser whose first login was confirmed by mail alone: a deceived owner confirms the thief's, too (D28)."""


@dataclass(frozen=True, kw_only=True)
class Restricted:
    """What an account is under: its authenticators bound since ``since`` are not believed yet.

    ``takes_codes`` restricts every code, however old: its owner has disowned a login by one (D33).
    """

    since: datetime
    nobody_until: datetime | None = None
    probation_until: datetime | None = None
    takes_codes: bool = False

    def covers(self, *, bound_at: datetime, is_resistant: bool) -> bool:
        """Tell whether an authenticator is meant, the one bound at the very moment included."""
        return bound_at >= self.since or (self.takes_codes and not is_resistant)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What was shown at a login: an authenticator, and the browser if the account knows it.

    ``proven_from`` is when the browser is believed from; None for a browser that the account does not know.
    """

    bound_at: datetime
    is_resistant: bool
    proven_from: datetime | None = None


def is_withheld(shown: Shown, *, restricted: Restricted | None, at: datetime) -> bool:
    """Tell whether what was shown discloses nobody whoever confirms it: a doubt about the account, not the browser."""
    return (
        restricted is not None
        and restricted.covers(bound_at=shown.bound_at, is_resistant=shown.is_resistant)
        and restricted.nobody_until is not None
        and at < restricted.nobody_until
    )


def standing_at_login(shown: Shown, *, restricted: Restricted | None, at: datetime) -> Standing:
    """Return the standing in which a login opens; at the very end of a restriction it is over.

    A key bound to our origin needs no known browser: no other site can relay it. It is restricted all the same where
    it was bound by a way that a thief may have gone.
    """
    found = _of_browser(shown, at=at)
    if restricted is None or not restricted.covers(bound_at=shown.bound_at, is_resistant=shown.is_resistant):
        return found
    if is_withheld(shown, restricted=restricted, at=at):
        return Standing.HELD
    if restricted.probation_until is not None and at < restricted.probation_until:
        return Standing.HELD if found is Standing.HELD else Standing.PROBATION
    return found


def _of_browser(shown: Shown, *, at: datetime) -> Standing:
    if shown.is_resistant:
        return Standing.FULL
    if shown.proven_from is None:
        return Standing.HELD
    return Standing.FULL if at >= shown.proven_from else Standing.PROBATION
