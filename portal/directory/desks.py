"""Where an account works: the practitioner whose budget it spends, and the establishment."""

from dataclasses import dataclass
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.accounts.models import Account
from portal.accounts.requests import account_of
from portal.coverage.domains import Domain
from portal.directory.models import Establishment, Practice, Practitioner
from portal.directory.professions import OWN_DOMAIN

_KEPT = "_portal_desk"


@dataclass(frozen=True)
class Desk:
    """Whoever sits there looks people up for this practitioner, at this place."""

    practitioner: Practitioner
    establishment: Establishment

    @property
    def domain(self) -> Domain:
        """Return the only domain of cover that the profession may see."""
        return OWN_DOMAIN[self.practitioner.profession]


def desk_of(request: HttpRequest) -> Desk:
    """Return where the account of this request works.

    Raise PermissionDenied for an account that looks nobody up: an administrator, or somebody who has left.
    """
    desk = find_desk(request)
    if desk is None:
        raise PermissionDenied(_("This account is not attached to a place of practice, so it cannot look anybody up."))
    return desk


def find_desk(request: HttpRequest) -> Desk | None:
    """Return the desk or None; read once a request.

    A delegate works at the practitioner's desk and has none of his own: had he a budget beside the
    practitioner's, ten delegates would be ten budgets (D31).
    """
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _read_desk(account_of(request)))
    return cast("Desk | None", getattr(request, _KEPT))


def _read_desk(account: Account) -> Desk | None:
    practice = (
        Practice.objects.select_related("practitioner__account", "establishment")
        .filter(is_main=True, practitioner__account__is_active=True)
        .filter(
            Q(practitioner__account=account)
            | Q(practitioner__delegates__account=account, practitioner__delegates__is_active=True)
        )
        .first()
    )
    return Desk(practice.practitioner, practice.establishment) if practice else None
