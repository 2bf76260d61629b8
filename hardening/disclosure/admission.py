"""Who may ask at all: the session has proven enough, the account is not frozen, and these are its limits."""

from hardening import clock
from hardening.disclosure.accounts import standing_of
from hardening.disclosure.allowances import PROOF, Allowance
from hardening.disclosure.budgets import limits_for, people_of
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.inquiry import Inquiry
from hardening.disclosure.limits import Limits
from hardening.disclosure.stores.availability import failing_closed, on_record
from hardening.errors import AccountFrozen, DisclosureRefused, Outcome, StepUpRequired
from hardening.events import DisclosureDenied, emit

STEP_UP, FROZEN = "step_up", "frozen"


def admit(inquiry: Inquiry) -> Limits:
    """Return the limits that ``inquiry`` is measured against.

    Nothing is charged yet. The frozen account is refused here so that it cannot even ask who exists; that it
    discloses nobody is settled later, inside the transaction of the ledger row.

    Raise StepUpRequired, AccountFrozen, DisclosureRefused for a spent probation, and StoreUnavailableError when the
    state cannot be read.
    """
    settings, at = DisclosureSettings.load(), clock.now()
    if not _is_proven(inquiry, settings=settings):
        deny(inquiry, reason=STEP_UP)
        raise StepUpRequired("the session has not proven what this purpose asks for")
    allowance = inquiry.allowance()
    with failing_closed():
        people = people_of(inquiry.actor, settings=settings)
        standing = standing_of(inquiry.actor, people=people, allowance=allowance, at=at)
    if standing.is_frozen:
        raise refused(inquiry, AccountFrozen(FROZEN, reference=inquiry.reference))
    # Before the question: were a stranger refused and a miss answered, it would tell who exists (D9).
    if allowance is not None and allowance.is_used_up(used=standing.used):
        raise used_up(inquiry, allowance)
    return limits_for(
        inquiry.actor,
        settings=settings,
        members=standing.members,
        has_fresh_passkey=inquiry.assurance.meets(settings.passkey_requirement, at=at),
        at=at,
    )


def refused(inquiry: Inquiry, refusal: DisclosureRefused) -> DisclosureRefused:
    """Return ``refusal`` once it is on record."""
    deny(inquiry, reason=refusal.reason)
    return refusal


def used_up(inquiry: Inquiry, allowance: Allowance) -> Outcome:
    """Return, once it is on record, the refusal of a session whose allowance is spent; it tells no numbers (R26)."""
    deny(inquiry, reason=allowance.reason)
    if allowance.reason == PROOF:
        return StepUpRequired("another proof is due: this one has shown as many people as it may")
    return DisclosureRefused(allowance.reason, reference=inquiry.reference)


def deny(inquiry: Inquiry, *, reason: str) -> None:
    """Put a refusal on record.

    Raise StoreUnavailableError when that fails: nobody is shown in either case.
    """
    with on_record():
        emit(
            DisclosureDenied(
                at=clock.now(),
                account=inquiry.actor.account,
                client=inquiry.client,
                session=inquiry.assurance.session,
                actor=inquiry.actor.practitioner,
                establishment=inquiry.actor.establishment,
                purpose=inquiry.purpose,
                reason=reason,
            )
        )


def _is_proven(inquiry: Inquiry, *, settings: DisclosureSettings) -> bool:
    """Tell whether the session proves enough, and proves it about the account that asks (P26)."""
    asked = settings.purpose(inquiry.purpose).requirement
    return inquiry.assurance.account == inquiry.actor.account and inquiry.assurance.meets(asked, at=clock.now())
