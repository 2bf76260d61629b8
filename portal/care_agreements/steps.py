"""The steps of a care agreement. Each is one conditional UPDATE, so that a double click or two tabs do it once."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from portal.accounts.models import Account
from portal.care_agreements.models import CareAgreement, State
from portal.care_agreements.quotes import covered_part
from portal.coverage.models import Guarantee
from portal.lookups.models import LookUp

CANCELLABLE = (State.QUOTED, State.REQUESTED, State.ACCEPTED)


def quote(
    look_up: LookUp, *, guarantee: Guarantee, account: Account, amount: Decimal, file_reference: str
) -> CareAgreement:
    """Return a new quote for the person of ``look_up``: nothing is sent to the insurer yet."""
    return CareAgreement.objects.create(
        look_up=look_up,
        account=account,
        practitioner=look_up.practitioner,
        insurer=guarantee.contract.insurer,
        domain=guarantee.domain,
        amount=amount,
        file_reference=file_reference,
        covered=covered_part(amount, rate=guarantee.rate, ceiling=guarantee.ceiling),
        needs_prior_agreement=guarantee.needs_prior_agreement,
    )


def request(agreement: CareAgreement, *, at: datetime) -> bool:
    """Send the quote to the insurer; without a need for prior agreement it is accepted at once."""
    if agreement.needs_prior_agreement:
        return _move(agreement, (State.QUOTED,), state=State.REQUESTED, requested_at=at)
    return _move(agreement, (State.QUOTED,), state=State.ACCEPTED, requested_at=at, decided_at=at)


def answer(agreement: CareAgreement, *, is_accepted: bool, at: datetime) -> bool:
    """Record the insurer's answer."""
    state = State.ACCEPTED if is_accepted else State.REFUSED
    return _move(agreement, (State.REQUESTED,), state=state, decided_at=at)


def cancel(agreement: CareAgreement, *, at: datetime) -> bool:
    """Give the request back; an accepted one too, for as long as nothing is billed."""
    return _move(agreement, CANCELLABLE, state=State.CANCELLED, cancelled_at=at)


def _move(agreement: CareAgreement, sources: Iterable[State], **values: object) -> bool:
    return bool(CareAgreement.objects.filter(pk=agreement.pk, state__in=sources).update(**values))
