"""Change a password under a fresh proof, or reset it by a mailed link. Neither logs anybody in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from hardening import clock
from hardening.authenticators import spelling
from hardening.authenticators.permission import Permission
from hardening.clients import Client
from hardening.errors import LockedOut, Outcome
from hardening.events import AttemptFailed, PasswordChanged, PasswordResetRequested, emit
from hardening.intents import intent
from hardening.login import mailing, notices, reset_code
from hardening.login.aftermath import forget_all_others
from hardening.login.conf import LoginSettings
from hardening.login.models import ResetLink

WINDOW = timedelta(minutes=15)
"""What a stranger does may bind the owner for no longer (I5)."""


class NoSuchLink(Outcome):
    """The link was never one, was used, replaced by a newer password, or has expired: one answer for all."""


@dataclass(frozen=True)
class LiveLink:
    """A reset link that may be used, and whose it is."""

    link: ResetLink
    account: AbstractBaseUser


def change_password(
    permission: Permission, *, account: AbstractBaseUser, password: str, client: Client, session: str
) -> None:
    """Set a new password; every other session and every known browser of the account is forgotten (I4)."""
    permission.require_for(str(account.pk))
    permission.require_proof()
    _set_password(account, password=password, by="owner", client=client, session=session)


def request_reset(username: str, *, client: Client, is_known_browser: bool = False) -> None:
    """Mail a reset link to the account's address, if there is an account, active and with an address.

    Whether there is one is nobody's business: both cases run the same statements and compose the same mail, and the
    mail leaves beside the request. An older link stays valid, so that a stranger who keeps asking cannot void the one
    the owner is about to click; and while a mailed link is ``reset_pause`` young no further mail is sent.

    Raise LockedOut when this network has asked too often; that tells of the network, and of no name.
    """
    at, limits = clock.now(), LoginSettings.load()
    if not is_known_browser:
        _require_calm(client, at=at)
    account = _account_named(username)
    holder = account if account is not None and account.is_active and notices.address_of(account) else None
    is_recent = ResetLink.objects.filter(account=holder, requested_at__gt=at - limits.reset_pause).exists()
    code = reset_code.new_code()
    recipient = None if is_recent else holder
    ResetLink.objects.create(
        # What is not mailed is nobody's: were it the account's, a stranger who asks again and again would renew the
        # pause, and the owner would never be written to (I5).
        account_id=recipient.pk if recipient else None,
        fingerprint=reset_code.fingerprint(code),
        network=client.network,
        requested_at=at,
        expires_at=at + limits.reset_lifetime,
    )
    emit(PasswordResetRequested(at=at, account=str(holder.pk) if holder else "", client=client))
    message = notices.compose(
        "password_reset",
        to=notices.address_of(recipient) if recipient else "nobody@invalid",
        context={
            # Behind the #, where neither a log nor a referrer takes it along.
            "link": f"{limits.address_of(reverse('hardening:password_reset_confirm'))}#{code}",
            "code": spelling.in_groups(code),
            "minutes": int(limits.reset_lifetime.total_seconds() // 60),
        },
    )
    if recipient is not None:
        mailing.post(message)


def _require_calm(client: Client, *, at: datetime) -> None:
    """Raise LockedOut while this network has asked for as many links as a quarter of an hour allows.

    Not a slot of the lockout: what anybody may ask for must not use up the attempts of a name (P9).
    """
    most = LoginSettings.load().reset_requests
    asked = ResetLink.objects.filter(network=client.network, requested_at__gt=at - WINDOW).order_by("-requested_at")
    moments = list(asked.values_list("requested_at", flat=True)[:most])
    if len(moments) == most:
        raise LockedOut(until=moments[-1] + WINDOW)


def live_link(text: str) -> LiveLink:
    """Return the link that ``text`` is the secret of. Finding it does not use it up: a page may be opened twice.

    Raise NoSuchLink otherwise; that of a link already used is an alarm, for it was read by two.
    """
    code = reset_code.read(text)
    links = ResetLink.objects.exclude(account=None).select_related("account")
    found = links.filter(fingerprint=reset_code.fingerprint(code)).first() if code else None
    if found is None or found.account is None:
        raise NoSuchLink("no such link")
    at = clock.now()
    if found.used_at is not None:
        emit(AttemptFailed(at=at, account=str(found.account_id), step="reset"))
    if found.used_at is not None or at >= found.expires_at or not found.account.is_active:
        raise NoSuchLink("no such link")
    return LiveLink(link=found, account=found.account)


def reset_password(live: LiveLink, *, password: str, client: Client) -> None:
    """Set a new password and use up the link, with every other one of the account.

    The one exception to I3, and all that a mailbox can do (D34): no session is opened, no authenticator touched, and
    the second step stays as it was.

    Raise NoSuchLink when the link was used meanwhile: of two simultaneous callers one sets a password.
    """
    _set_password(live.account, password=password, by="reset", client=client, link=live.link)


def _set_password(  # noqa: PLR0913 - whose, which, by whom, from where
    account: AbstractBaseUser,
    *,
    password: str,
    by: str,
    client: Client,
    session: str = "",
    link: ResetLink | None = None,
) -> None:
    at = clock.now()
    with intent(PasswordChanged, account=str(account.pk), client=client, session=session) as change:
        links = ResetLink.objects.filter(account_id=account.pk, used_at=None)
        if link is not None and links.filter(pk=link.pk, expires_at__gt=at).update(used_at=at) != 1:
            raise NoSuchLink("no such link")
        # Unused links of before this change would let an old mailbox thief undo it.
        links.update(used_at=at)
        account.set_password(password)
        account.save(update_fields=["password"])
        forget_all_others(account, session=session)
        change.settle(PasswordChanged(at=at, account=str(account.pk), client=client, session=session, by=by))
    notices.changed(account, what="password", at=at, client=client)


def _account_named(username: str) -> Any:  # noqa: ANN401 - AUTH_USER_MODEL, whichever it is
    model = get_user_model()
    try:
        return model._default_manager.get_by_natural_key(username)
    except model.DoesNotExist:
        return None
