"""Show a passkey: at the login, where it says who comes, and at a step-up, where that is known."""

import hmac
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators import challenges
from hardening.authenticators.answer import Assertion, CeremonyRefused, Reason, read_assertion
from hardening.authenticators.authenticator_policy import require_allowed
from hardening.authenticators.ceremony import verify_assertion
from hardening.authenticators.ceremony_options import Known, request_options
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import NoSuchAuthenticator
from hardening.authenticators.passkey_models import Passkey, digest_of
from hardening.authenticators.relying_party import policy_for, relying
from hardening.clients import Client
from hardening.events import PasskeyCloned, emit

_VERIFIED = "mfa"
_IN_HARDWARE, _IN_SOFTWARE = "hwk", "swk"


@dataclass(frozen=True)
class Shown:
    """A passkey was shown: whose it is, loaded, and the RFC 8176 names of what it proves."""

    account: AbstractBaseUser
    passkey: Passkey
    methods: tuple[str, ...]


def options_for_login(*, binding: str) -> dict[str, object]:
    """Return what asks any passkey of this portal to log in, as JSON for the browser; nothing is written.

    ``binding`` is a secret of this browser, such as the digest of a cookie that it alone holds.
    """
    challenge = challenges.ask(Purpose.LOGIN, account="", binding=binding)
    return request_options(challenge, relying=relying())


def options_for_step_up(*, account: str, binding: str) -> dict[str, object]:
    """Return what asks one of the account's own passkeys; ``binding`` is the opaque name of its session."""
    challenge = challenges.ask(Purpose.STEP_UP, account=account, binding=binding)
    return request_options(challenge, relying=relying(), allowed=map(known, passkeys_of(account)))


def assert_passkey(
    answer: str, *, purpose: Purpose, account: str | None, binding: str, client: Client | None = None
) -> Shown:
    """Return the passkey that ``answer`` shows, once.

    ``account`` is who it must belong to, None at a login. ``binding`` is what the options were bound to. Call it
    outside a transaction: a refusal must not give the challenge back. Nothing here counts failures: there is nothing
    to guess, and a stranger's must not keep the owner out (P9).

    Raise CeremonyRefused, and NoSuchAuthenticator for a passkey that is unknown, or another account's (P3); a count
    that went back, and a challenge that came twice, are told as well.
    """
    read = read_assertion(answer)
    challenge = read.client_data.challenge
    challenges.take_back(challenge, purpose=purpose, account=account or "", binding=binding, client=client)
    passkey = _find(read, account=account)
    asserted = verify_assertion(
        read,
        challenge=challenge,
        relying=relying(),
        public_key=bytes(passkey.public_key),
        is_backup_eligible=passkey.is_backup_eligible,
    )
    _require_usable(passkey)
    _use(passkey, sign_count=asserted.sign_count, is_backed_up=asserted.is_backed_up, client=client)
    return Shown(account=passkey.account, passkey=passkey, methods=methods_of(passkey))


def methods_of(passkey: Passkey) -> tuple[str, ...]:
    """Return the RFC 8176 names of what the passkey proves when it is made or shown: its user was verified."""
    return (_IN_SOFTWARE if passkey.is_backup_eligible else _IN_HARDWARE, _VERIFIED)


def passkeys_of(account: str) -> list[Passkey]:
    """Return the account's passkeys, the most recently used first."""
    found = Passkey.objects.filter(account_id=account)
    return sorted(found, key=lambda one: one.last_used_at or one.bound_at, reverse=True)


def known(passkey: Passkey) -> Known:
    """Return what a browser is told of a passkey that exists."""
    return Known(credential_id=bytes(passkey.credential_id), transports=tuple(passkey.transports))


def _find(answer: Assertion, *, account: str | None) -> Passkey:
    whose = {} if account is None else {"account_id": account}
    named = Passkey.objects.shown().filter(credential_id_sha256=digest_of(answer.credential_id), **whose)
    passkey: Passkey | None = named.first()
    if passkey is None:
        raise NoSuchAuthenticator("no such passkey")
    handle = bytes(getattr(passkey, "handle", b""))
    # Not signed, and yet who the device believes it logs in: at a login it must be told (WebAuthn 7.2, step 6).
    if answer.user_handle is None and account is None:
        raise CeremonyRefused(Reason.USER_HANDLE)
    if answer.user_handle is not None and not hmac.compare_digest(answer.user_handle, handle):
        raise CeremonyRefused(Reason.USER_HANDLE)
    return passkey


def _require_usable(passkey: Passkey) -> None:
    if not passkey.account.is_active:
        raise CeremonyRefused(Reason.DISABLED)
    # Asked at each use: an administrator since yesterday may have bound a passkey that a cloud account carries.
    require_allowed(
        model=passkey.aaguid,
        is_attested=passkey.is_attested,
        is_backup_eligible=passkey.is_backup_eligible,
        policy=policy_for(passkey.account),
    )


def _use(passkey: Passkey, *, sign_count: int, is_backed_up: bool, client: Client | None) -> None:
    if Passkey.objects.filter(pk=passkey.pk).use(sign_count, is_backed_up=is_backed_up):
        return
    account = str(passkey.account.pk)
    emit(PasskeyCloned(at=clock.now(), account=account, client=client, authenticator=str(passkey.pk)))
    raise CeremonyRefused(Reason.COUNTER)
