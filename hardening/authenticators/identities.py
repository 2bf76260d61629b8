"""Link national identities to accounts, and find accounts by them."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError

from hardening import clock
from hardening.authenticators.models import NationalIdentity
from hardening.clients import Client
from hardening.errors import Outcome
from hardening.events import NationalIdentityLinked
from hardening.intents import intent


class IdentityTaken(Outcome):
    """The identity is another account's, or the account has another one: a card opens one account, and one card it."""


class OwnIdentityRefused(Outcome):
    """Nobody links an identity to his own account: his phished session would take the thief's card (D30, D36)."""


def account_of(issuer: str, subject: str) -> Any | None:  # noqa: ANN401 - AUTH_USER_MODEL, whichever it is
    """Return the account of this identity, or None where there is none or it is disabled: one answer for both."""
    found = NationalIdentity.objects.select_related("account").filter(issuer=issuer, subject=subject).first()
    return found.account if found is not None and found.account.is_active else None


def link(  # noqa: PLR0913 - whose, to whom, by whom, from where
    issuer: str,
    subject: str,
    *,
    account: AbstractBaseUser,
    linked_by: AbstractBaseUser | None,
    operator: str = "",
    client: Client | None = None,
) -> NationalIdentity:
    """Let the holder of ``subject`` at ``issuer`` into ``account``; linking the same again changes nothing.

    ``linked_by`` is the administrator; None where somebody with a shell on the server does it, whom ``operator``
    names. Emits NationalIdentityLinked, without the number.

    Raise OwnIdentityRefused, or IdentityTaken where the identity is another account's or the account has another.
    """
    if linked_by is not None and linked_by.pk == account.pk:
        raise OwnIdentityRefused("an administrator cannot link an identity to himself")
    actor = str(linked_by.pk) if linked_by is not None else operator
    with intent(NationalIdentityLinked, account=str(account.pk), actor=actor, client=client) as change:
        try:
            linked, _ = NationalIdentity.objects.get_or_create(
                issuer=issuer, subject=subject, defaults={"account_id": account.pk}
            )
        except IntegrityError as taken:
            raise IdentityTaken("the account has another identity of this issuer") from taken
        if linked.account_id != account.pk:
            raise IdentityTaken("the identity is another account's")
        change.settle(
            NationalIdentityLinked(at=clock.now(), account=str(account.pk), client=client, issuer=issuer, actor=actor)
        )
    return linked
