"""What a person reads when the gate says no: what happened, the fastest way on, and whom to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from math import ceil
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hardening import clock
from hardening.errors import (
    AccountFrozen,
    BudgetExceeded,
    KeyUnavailableError,
    StepUpRequired,
    StoreUnavailableError,
)

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]
"""A view with whatever its address holds."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The words and the status of one refusal."""

    status: int
    title: str
    what_happened: str
    way_on: str
    resets_at: datetime | None = None
    retry_after: timedelta | None = None
    reference: str = ""
    offers_step_up: bool = False
    asks_was_it_you: bool = True


def explains_refusals(view: View[Rest]) -> View[Rest]:
    """Answer the gate's refusals with a page that helps, instead of an error."""

    @wraps(view)
    def explained(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BudgetExceeded as refused:
            return _page(request, _spent(refused))
        except StepUpRequired:
            return _page(request, _needs_proof())
        except AccountFrozen as refused:
            return _page(request, _frozen(refused))
        except (StoreUnavailableError, KeyUnavailableError) as broken:
            return _page(request, _closed(getattr(broken, "retry_after", timedelta(seconds=30))))

    return cast("View[Rest]", explained)


def _spent(refused: BudgetExceeded) -> Refusal:
    return Refusal(
        status=429,
        title=_("No more people for now"),
        what_happened=_("Your count of people to look up is used up."),
        way_on=_(
            "People you have already looked up today can be seen again in “My look-ups”. If you need more "
            "today, call support with the reference below."
        ),
        resets_at=refused.resets_at,
        retry_after=max(refused.resets_at - clock.now(), timedelta(seconds=1)),
        reference=refused.reference,
    )


def _needs_proof() -> Refusal:
    return Refusal(
        status=403,
        title=_("Please confirm that it is you"),
        what_happened=_("This look-up needs a fresh proof of who is at the keyboard."),
        way_on=_("Confirm your identity with a new 6-digit code, then look the person up again."),
        offers_step_up=True,
    )


def _frozen(refused: AccountFrozen) -> Refusal:
    return Refusal(
        status=403,
        title=_("This account is on hold"),
        what_happened=_("Look-ups with this account are stopped until somebody has checked it."),
        way_on=_("Call support with the reference below: they can see why and release it."),
        reference=refused.reference,
    )


def _closed(retry_after: timedelta) -> Refusal:
    return Refusal(
        status=503,
        title=_("Look-ups are closed for a moment"),
        what_happened=_("A part that counts and records look-ups does not answer. Without it nobody is shown."),
        way_on=_("Try again in a moment. Your session stays open."),
        retry_after=retry_after,
        asks_was_it_you=False,
    )


def _page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal, "look_up_url": reverse("lookups:by_nir")}
    response = render(request, "lookups/refused.html", context, status=refusal.status)
    if refusal.retry_after:
        response["Retry-After"] = str(ceil(refusal.retry_after.total_seconds()))
    return response
