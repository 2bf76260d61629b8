"""Stop an account from disclosing anybody, and let it again; containment calls this, and so may an administrator."""

from datetime import datetime

from hardening import clock
from hardening.disclosure.models import AccountState
from hardening.disclosure.stores.availability import on_record
from hardening.events import DisclosureFrozen, DisclosureUnfrozen, emit


def freeze(account: str, *, by: str, reason: str) -> None:
    """Freeze ``account``: once this has returned, no ledger row of it is committed any more (D17, A13).

    A disclosure holds the account's row FOR SHARE until its ledger row is committed; this waits for those and
    is then seen by every later one. What was under way stands in the ledger, before ``frozen_at``. Freezing a
    frozen account keeps its first moment and reason; an account never seen before is frozen in advance.

    Raise StoreUnavailableError when the database does not answer.
    """
    at = clock.now()
    with on_record():
        unseen = AccountState(account=account, seen_since=at, last_seen=at.date())
        AccountState.objects.bulk_create([unseen], ignore_conflicts=True)
        state = AccountState.objects.select_for_update().get(account=account)
        if state.frozen_at is None:
            _write(account, frozen_at=at, reason=reason)
            emit(DisclosureFrozen(at=at, account=account, actor=by, reason=reason))


def unfreeze(account: str, *, by: str, reason: str) -> None:
    """Let ``account`` disclose again. That two persons agreed is for the caller to see to.

    Raise StoreUnavailableError when the database does not answer.
    """
    with on_record():
        state = AccountState.objects.select_for_update().filter(account=account).first()
        if state is not None and state.frozen_at is not None:
            _write(account, frozen_at=None, reason="")
            emit(DisclosureUnfrozen(at=clock.now(), account=account, actor=by, reason=reason))


def _write(account: str, *, frozen_at: datetime | None, reason: str) -> None:
    AccountState.objects.filter(account=account).update(frozen_at=frozen_at, frozen_reason=reason[:200])
