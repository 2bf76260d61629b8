"""The look-up of one person, by POST, through the gate; and one's own history."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

import hardening
from hardening import clock
from portal.accounts.requests import account_of
from portal.coverage.models import Beneficiary, Insurer
from portal.directory.desks import Desk, desk_of
from portal.lookups import candidates
from portal.lookups.answers import FIELDS, Person, note, person_of
from portal.lookups.forms import MemberLookUpForm, NirLookUpForm, PersonForm, today
from portal.lookups.models import LookUp
from portal.lookups.side import side

HISTORY = timedelta(days=30)


@sensitive_post_parameters()
def by_nir(request: HttpRequest) -> HttpResponse:
    """Look a person up by social security number and full birth date."""
    form = NirLookUpForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, form)
    typed = form.cleaned_data
    found = candidates.by_nir(typed["nir"], birth_date=typed["birth_date"], on=today())
    return _answer(request, form, found)


@sensitive_post_parameters()
def by_member(request: HttpRequest) -> HttpResponse:
    """Look a person up by insurer, member number and full birth date."""
    form = MemberLookUpForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, form, insurers=Insurer.objects.all(), is_by_member=True)
    typed = form.cleaned_data
    found = candidates.by_member_number(
        typed["amc_number"], typed["member_number"], birth_date=typed["birth_date"], on=today()
    )
    return _answer(request, form, found)


@require_safe
@hardening.discloses_nobody
def history(request: HttpRequest) -> HttpResponse:
    """List the account's own look-ups: times and references, nobody's name."""
    look_ups = _own_look_ups(request, desk_of(request)).prefetch_related("care_agreements").order_by("-at")
    return render(request, "lookups/history.html", {"look_ups": look_ups, **side(request)})


@require_POST
def again(request: HttpRequest, look_up_id: UUID) -> HttpResponse:
    """Show the answer of one's own earlier look-up once more, through the gate like any other."""
    desk = desk_of(request)
    earlier = get_object_or_404(_own_look_ups(request, desk), pk=look_up_id, beneficiary__isnull=False)
    record = get_object_or_404(Beneficiary.objects.select_related("contract__insurer"), pk=earlier.beneficiary_id)
    with hardening.disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        person = person_of(disclosure.open(record))
    return _show(request, desk, record=record, person=person)


def _own_look_ups(request: HttpRequest, desk: Desk) -> QuerySet[LookUp]:
    # Of this desk: whoever moves to another practitioner does not take the people of the old one along.
    return LookUp.objects.filter(
        account=account_of(request), practitioner=desk.practitioner, at__gt=clock.now() - HISTORY
    )


def _answer(request: HttpRequest, form: PersonForm, found: QuerySet[Beneficiary]) -> HttpResponse:
    desk = desk_of(request)
    with hardening.disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        record = disclosure.match(found, **form.criteria)
        person = person_of(disclosure.open(record)) if record else None
    return _show(request, desk, record=record, person=person)


def _ask(request: HttpRequest, form: PersonForm, **context: Any) -> HttpResponse:  # noqa: ANN401 - what a template takes
    hardening.disclosed_nobody(request)  # an empty form, or one with mistakes: nobody was looked for
    return render(request, "lookups/form.html", {"form": form, **context, **side(request)})


def _show(request: HttpRequest, desk: Desk, *, record: Beneficiary | None, person: Person | None) -> HttpResponse:
    answer = note(desk, account=account_of(request), record=record, person=person, on=today())
    return render(request, "lookups/result.html", {"answer": answer, **side(request)})
