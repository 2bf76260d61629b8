"""What a national identity opens: a session by the card, at most a grant by the telephone (D30)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings as project
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from hardening import clock
from hardening.assurance import raising
from hardening.integrations.pro_sante_connect.conf import ProSanteConnectSettings
from hardening.integrations.pro_sante_connect.practices import SESSION_KEY, Practice, practice_from
from hardening.integrations.pro_sante_connect.tokens import Claims
from hardening.lockout import device_cookies
from hardening.login.views.pages import HardenedRequest
from hardening.requirements import AAL2, Standing

METHODS = ("sc", "mfa")

CHOICE_LASTS = timedelta(minutes=2)
"""A list left open at a counter is no standing offer to whoever comes next."""

_PENDING = "hardening_pro_sante_connect_pending"


class PendingChoice:
    """Somebody whose card was right, and who has not said yet for which practice he works: this is no login."""

    def __init__(self, *, national_id: str, practices: tuple[Practice, ...], target: str, at: datetime) -> None:
        self.national_id = national_id
        self.practices = practices
        self.target = target
        self.at = at

    def keep(self, request: HardenedRequest) -> None:
        """Keep it in a session of its own: what the browser was before is over, its key included (P20)."""
        raising.drop(request, reason="replaced")
        request.session[_PENDING] = {
            "national_id": self.national_id,
            "practices": [practice.as_json() for practice in self.practices],
            "target": self.target,
            "at": self.at.isoformat(),
        }

    @classmethod
    def of(cls, request: HardenedRequest) -> "PendingChoice | None":
        """Return what is kept, while it lasts."""
        kept = request.session.get(_PENDING)
        if kept is None:
            return None
        practices = tuple(filter(None, map(practice_from, kept["practices"])))
        at = datetime.fromisoformat(kept["at"])
        if not timedelta() <= clock.now() - at < CHOICE_LASTS:
            return None
        return cls(national_id=kept["national_id"], practices=practices, target=kept["target"], at=at)


def practices_of(account: AbstractBaseUser, claims: Claims) -> tuple[Practice, ...] | None:
    """Return for which practices this account may log in; None where nobody asks for one."""
    path = ProSanteConnectSettings.load().practices
    if not path:
        return claims.practices or None
    known = cast("Callable[[Any, Claims], Iterable[Practice]]", import_string(path))
    return tuple(known(account, claims))


def is_inside(request: HardenedRequest, *, account: AbstractBaseUser) -> bool:
    """Tell whether this browser has a session of this very account: then a card is a step-up, and chooses nothing."""
    assurance = request.assurance
    return assurance.account == str(account.pk) and assurance.meets(AAL2, at=clock.now())


def open_by_card(
    request: HardenedRequest, *, account: AbstractBaseUser, practice: Practice | None, target: str
) -> HttpResponseBase:
    """Open the session, or renew the proof of the one that this account has here; go on to ``target``.

    A card and its PIN answer to the issuer alone, at the issuer's own address, and the issuer sends the code to ours:
    a relay in between holds neither, so probation is waived (D30).

    Raise ProofMissingError where the account was disabled meanwhile.
    """
    if is_inside(request, account=account):
        raising.refresh(request, methods=METHODS, standing=Standing.FULL)
        return _arrive(request, target)
    browser = device_cookies.recognise(request, name=account.get_username())
    raising.open_session(request, account_user=account, methods=METHODS, is_known_browser=browser is not None)
    if practice is not None:
        request.session[SESSION_KEY] = practice.as_json()
    response = _arrive(request, target)
    device_cookies.remember(request, response, account=account)
    return response


def _arrive(request: HardenedRequest, target: str) -> HttpResponseRedirect:
    # Looked at once more: the cookie that carried it was in the hands of the browser.
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else resolve_url(project.LOGIN_REDIRECT_URL))
