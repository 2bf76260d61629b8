"""The exception family: outcomes that a portal handles, and errors that an operator mends."""

from datetime import datetime, timedelta


class HardeningError(Exception):
    """Something is broken: an operator has to act, and nobody is disclosed meanwhile."""


class Outcome(Exception):  # noqa: N818 - an outcome is not an error: the product works as meant
    """The answer is no, for a reason that the person at the keyboard can be told."""


class KeyUnavailableError(HardeningError):
    """A key is missing, unreadable or wrong. Carries the key's name or id, never its value."""


class DecryptionError(HardeningError):
    """A sealed value does not open: altered, moved to another place, or sealed under another key.

    One error for every cause, so that it tells an attacker nothing (no oracle).
    """


class StoreUnavailableError(HardeningError):
    """A store of counts, ledger or audit does not answer in time; ``retry_after`` says when to try again."""

    def __init__(self, message: str, *, retry_after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BrokerBudgetError(HardeningError):
    """The key broker opens no more: somebody reads faster than the portal ever does, and nothing was opened.

    ``resets_at`` is when the same request would be answered.
    """

    def __init__(self, message: str, *, resets_at: datetime) -> None:
        super().__init__(message)
        self.resets_at = resets_at


class NotDisclosedError(HardeningError):
    """A sealed value was asked for outside a disclosure of its person and field."""


class LockedOut(Outcome):
    """Too many failed attempts; ``until`` is when the next one is accepted (at most 15 minutes away)."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__("too many failed attempts")
        self.until = until


class CodeDisabled(LockedOut):
    """A hundred failures in a row after right passwords: unknown browsers take no code of this account any more.

    No waiting ends that (``until`` tells of the cool-off alone): the owner does, with a passkey or from a browser that
    the account knows, or an administrator (D32).
    """


class StepUpRequired(Outcome):
    """The session has proven too little, or too long ago, for what was asked."""


class DisclosureRefused(Outcome):
    """The gate says no. ``reason`` is a stable word; ``reference`` is what the person quotes to support."""

    def __init__(self, reason: str, *, reference: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.reference = reference


class BudgetExceeded(DisclosureRefused):
    """No person is left in a budget; ``resets_at`` is the moment the same question would be allowed."""

    def __init__(self, reason: str, *, resets_at: datetime, remaining: int = 0, reference: str = "") -> None:
        super().__init__(reason, reference=reference)
        self.resets_at = resets_at
        self.remaining = remaining


class AccountFrozen(DisclosureRefused):
    """The account is contained: it discloses nobody until two persons release it."""
