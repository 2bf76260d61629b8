"""The one place that decides whether an account's authenticators, password or address may change (I3).

Every verb that changes them takes a Permission, and only the three functions below make one: no view, verb or
HTTP method can be forgotten, because without a permission there is nothing to call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hardening.errors import Outcome, StepUpRequired
from hardening.requirements import Assurance, Level, Requirement

FRESH = timedelta(minutes=5)
"""How long a proof may be used to change who can log in: a walk to the printer, not a lunch break."""

COMPLETION = FRESH + timedelta(minutes=10)
"""A seed or a sheet shown at the end of a fresh proof still has its ten minutes to be confirmed."""


class NoSuchGrant(Outcome):
    """The code is no grant of this account, or it was used, replaced or has expired: one answer for all."""


@dataclass(frozen=True)
class Permission:
    """Permission to change how one account logs in, by a fresh proof (no ``grant``) or by an enrolment grant."""

    account: str
    grant: UUID | None = None

    def require_for(self, account: str) -> None:
        """Raise StepUpRequired where this permission is another account's."""
        if self.account != account:
            raise StepUpRequired("the proof is another account's")

    def require_proof(self) -> None:
        """Raise StepUpRequired for a grant: it binds an authenticator and does nothing else."""
        if self.grant is not None:
            raise StepUpRequired("a grant only binds an authenticator")


def by_fresh_proof(assurance: Assurance, *, at: datetime, strongest: Requirement) -> Permission:
    """Return the permission that the session's own proof gives; a proof exactly FRESH old still does.

    ``strongest`` is the strongest proof that the account can give: a code changes nothing where a passkey is bound.

    Raise StepUpRequired when the proof is weaker, older, on probation, or nobody's.
    """
    return _by_proof(assurance, at=at, within=FRESH, strongest=strongest)


def to_complete(assurance: Assurance, *, at: datetime, strongest: Requirement) -> Permission:
    """Return the permission to confirm what a fresh proof began up to ten minutes ago.

    Raise StepUpRequired when the proof is weaker than ``strongest``, older than COMPLETION, on probation, or nobody's.
    """
    return _by_proof(assurance, at=at, within=COMPLETION, strongest=strongest)


def _by_proof(assurance: Assurance, *, at: datetime, within: timedelta, strongest: Requirement) -> Permission:
    requirement = Requirement(
        max(Level.AAL2, strongest.level), phishing_resistant=strongest.phishing_resistant, max_age=within
    )
    # On probation no proof is fresh: the relay of a deceived owner would bind an authenticator of its own (D28).
    if not assurance.account or not assurance.meets(requirement, at=at):
        raise StepUpRequired("a fresh proof is needed")
    return Permission(account=assurance.account)


def by_grant(  # noqa: PLR0913 - each is one reason to refuse
    grant: UUID,
    *,
    holder: str,
    account: str,
    expires_at: datetime,
    is_spent: bool,
    at: datetime,
) -> Permission:
    """Return the permission that an enrolment grant gives its holder; it is still to be redeemed, once.

    Raise NoSuchGrant for another's, a spent or an expired one (expired from ``expires_at`` on).
    """
    if holder != account or not account or is_spent or at >= expires_at:
        raise NoSuchGrant("no such grant")
    return Permission(account=account, grant=grant)
