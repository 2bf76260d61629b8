"""The mails an owner gets: what happened to the account, and what to do about it. Nobody's personal data."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from hardening import clock
from hardening.clients import Client
from hardening.login import mailing
from hardening.login.conf import LoginSettings
from hardening.login.links import NOT_ME, new_link
from hardening.login.models import FailureNotice

CHANGES = ("bound", "removed", "passkey_bound", "passkey_removed", "recovery_codes", "recovery", "password", "grant")
"""What ``changed`` can tell of; each is a sentence of ``mail/changed.txt``."""


def address_of(account: AbstractBaseUser) -> str:
    """Return the account's e-mail address, or nothing."""
    return str(getattr(account, account.get_email_field_name(), "") or "")


def compose(kind: str, *, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Return a mail in the portal's own language: that of the request is a stranger's, as often as not."""
    settings_of_login = LoginSettings.load()
    shared = {
        "portal_url": settings_of_login.portal_url,
        "security_url": settings_of_login.address_of(reverse("hardening:security")),
        "reset_url": settings_of_login.address_of(reverse("hardening:password_reset")),
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"hardening/login/mail/{kind}.subject.txt", {**shared, **context})
        text = render_to_string(f"hardening/login/mail/{kind}.txt", {**shared, **context})
        html = render_to_string(f"hardening/login/mail/{kind}.html", {**shared, **context})
    message = EmailMultiAlternatives(subject=" ".join(subject.split()), body=text.strip() + "\n", to=[to])
    message.attach_alternative(html, "text/html")
    return message


def changed(account: AbstractBaseUser, *, what: str, at: datetime, client: Client | None = None) -> None:
    """Tell the owner that ``what`` (one of CHANGES) happened to how this account logs in."""
    _tell(account, "changed", what=what, at=at, client=client)


def second_step_failed(*, account: str, client: Client, kind: str = "second_step_failed") -> None:
    """Tell the owner that somebody who knows the password failed at the second step; once an hour at most.

    Called for unknown browsers only: one's own typing errors are no news. A stranger who keeps trying must not fill
    the mailbox, so what happens in the hour after a mail is counted and told by the next one. ``kind`` is the mail:
    ``downgrade`` where a passkey has closed what was tried.
    """
    at = clock.now()
    due = Q(told_at=None) | Q(told_at__lte=at - LoginSettings.load().failure_mail_pause)
    with transaction.atomic():
        FailureNotice.objects.get_or_create(account_id=account)
        own = FailureNotice.objects.select_for_update().filter(account_id=account)
        untold = own.get().untold_failures + 1
        is_due = own.filter(due).update(told_at=at, untold_failures=0) == 1
        if not is_due:
            own.update(untold_failures=untold)
    if is_due:
        holder = get_user_model()._default_manager.get(pk=account)
        _tell(holder, kind, failures=untold, at=at, client=client)


def held(  # noqa: PLR0913 - whose, when, from where, which session, and the two ways to confirm it
    account: AbstractBaseUser, *, at: datetime, client: Client, session: str, code: str, link: str
) -> None:
    """Mail the owner of a held login what confirms it, and what ends it."""
    _tell(account, "held", session=session, at=at, client=client, code=code, link=link)


def confirmed(account: AbstractBaseUser, *, at: datetime, client: Client, session: str) -> None:
    """Tell the owner that a new browser was confirmed: the deceived one reads it and objects (D28)."""
    _tell(account, "confirmed", session=session, at=at, client=client)


def disowned(account: AbstractBaseUser, *, at: datetime, client: Client) -> None:
    """Tell the owner what has ended because somebody said that a login was not his."""
    if to := address_of(account):
        mailing.post(compose("disowned", to=to, context={"at": at, "client": client}))


def _tell(account: AbstractBaseUser, kind: str, *, session: str = "", **context: Any) -> None:  # noqa: ANN401 - as wide as the templates
    """Post a mail with its one link to object by (D33); ``session`` is what the link would end first."""
    if to := address_of(account):
        code = new_link(NOT_ME, account=str(account.pk), session=session)
        context["not_me_url"] = f"{LoginSettings.load().address_of(reverse('hardening:not_me'))}#{code}"
        mailing.post(compose(kind, to=to, context=context))
