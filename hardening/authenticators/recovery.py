"""Recovery codes: issue a sheet, confirm that it was printed, and open a recovery request with a line of it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from hardening import clock
from hardening.authenticators import recovery_code, spelling
from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.authenticators.models import RecoveryCode, RecoveryRequest
from hardening.authenticators.permission import Permission
from hardening.clients import Client
from hardening.errors import Outcome
from hardening.events import AuthenticatorBound, RecoveryRequested
from hardening.intents import intent
from hardening.keys.macs import macs

KEYSET = "digest"
KIND = "recovery_codes"


class WrongRecoveryCode(Outcome):
    """No unused recovery code of this account: wrong, used, or never printed. One answer for all."""


class AlreadyRequested(Outcome):
    """A recovery request of this account is already open; no code is used up by asking again."""


@dataclass(frozen=True)
class Sheet:
    """Ten codes, for the one page that prints them."""

    codes: tuple[str, ...]

    def __repr__(self) -> str:
        """Leave the codes out of tracebacks and logs."""
        return f"Sheet(of {len(self.codes)} codes)"


def _digest(code: str, *, account: str, key_id: int) -> str:
    return macs().mac(KEYSET, recovery_code.message(code, account=account), key_id=key_id).hex()


def issue_recovery_codes(permission: Permission) -> Sheet:
    """Return a new sheet. The sheet in use stays valid until a code of the new one has been typed back."""
    permission.require_proof()
    codes = [recovery_code.new_code() for _ in range(recovery_code.COUNT)]
    key_id, sheet = macs().primary_id(KEYSET), uuid4()
    with transaction.atomic():
        RecoveryCode.objects.filter(account_id=permission.account, is_confirmed=False).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(
                account_id=permission.account,
                sheet=sheet,
                digest=_digest(code, account=permission.account, key_id=key_id),
                key_id=key_id,
            )
            for code in codes
        )
    return Sheet(codes=tuple(spelling.in_groups(code) for code in codes))


def confirm_recovery_codes(text: str, *, permission: Permission, client: Client | None = None) -> None:
    """Put the sheet that ``text`` stands on in the place of the earlier one; the code itself stays unused.

    Raise WrongRecoveryCode when it stands on no sheet that waits for this.
    """
    permission.require_proof()
    account = permission.account
    typed = _find(text, account=account, is_confirmed=False)
    with intent(AuthenticatorBound, account=account, client=client) as change:
        RecoveryCode.objects.filter(account_id=account).exclude(sheet=typed.sheet).delete()
        if not RecoveryCode.objects.filter(sheet=typed.sheet, is_confirmed=False).update(is_confirmed=True):
            raise WrongRecoveryCode("no such recovery code")
        change.settle(
            AuthenticatorBound(
                at=clock.now(), account=account, client=client, kind=KIND, authenticator=str(typed.sheet)
            )
        )


def use_recovery_code(text: str, *, account: str, client: Client | None = None) -> RecoveryRequest:
    """Use up a recovery code and return the request that it opens. It proves nothing to any session (D27).

    Raise AlreadyRequested, or WrongRecoveryCode.
    """
    found = _find(text, account=account, is_confirmed=True)
    if open_request(account=account) is not None:
        raise AlreadyRequested("a request is already open")
    at = clock.now()
    with intent(RecoveryRequested, account=account, client=client) as change:
        if RecoveryCode.objects.filter(pk=found.pk, used_at=None).update(used_at=at) != 1:
            raise WrongRecoveryCode("no such recovery code")
        request, is_new = RecoveryRequest.objects.get_or_create(
            account_id=account,
            answered_at=None,
            defaults={"requested_at": at, "opens_at": at + AuthenticatorsSettings.load().recovery_delay},
        )
        if not is_new:
            raise AlreadyRequested("a request is already open")
        remaining = remaining_codes(account=account)
        change.settle(RecoveryRequested(at=at, account=account, client=client, remaining_codes=remaining))
    return request


def remaining_codes(*, account: str) -> int:
    """Return how many recovery codes the account still has."""
    return RecoveryCode.objects.filter(account_id=account, is_confirmed=True, used_at=None).count()


def open_request(*, account: str) -> RecoveryRequest | None:
    """Return the account's recovery request that nobody has answered yet."""
    return RecoveryRequest.objects.filter(account_id=account, answered_at=None).first()


def _find(text: str, *, account: str, is_confirmed: bool) -> RecoveryCode:
    code = recovery_code.read(text)
    candidates = RecoveryCode.objects.filter(account_id=account, is_confirmed=is_confirmed, used_at=None)
    # A sheet outlives the key it was digested under, so each line names its key.
    key_ids = candidates.values_list("key_id", flat=True).distinct() if code else ()
    digests = [_digest(code or "", account=account, key_id=key_id) for key_id in key_ids]
    found = candidates.filter(digest__in=digests).first() if digests else None
    if found is None:
        raise WrongRecoveryCode("no such recovery code")
    return found


def sheet_in_waiting(*, account: str) -> UUID | None:
    """Return the sheet that was printed and waits for one of its codes to be typed back."""
    return RecoveryCode.objects.filter(account_id=account, is_confirmed=False).values_list("sheet", flat=True).first()
