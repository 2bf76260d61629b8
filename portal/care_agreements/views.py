"""Care agreements: from an answer to a quote, to the insurer, and back."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import hardening
from hardening import clock, mask_nir
from portal.accounts.requests import account_of
from portal.care_agreements import steps
from portal.care_agreements.forms import QuoteForm
from portal.care_agreements.models import CareAgreement
from portal.coverage.models import Beneficiary, Guarantee
from portal.directory.desks import desk_of
from portal.lookups.models import LookUp
from portal.lookups.side import side

KEPT = timedelta(days=90)
QUOTABLE = timedelta(days=3)
"""How long after a look-up its person may still be asked for: after that the rights are to be checked anew."""

FIELDS = ("nir", "first_names", "last_name", "member_number")


@require_safe
@hardening.discloses_nobody
def every(request: HttpRequest) -> HttpResponse:
    """List the care agreements of this desk."""
    agreements = _of_desk(request).filter(quoted_at__gt=clock.now() - KEPT).select_related("insurer")
    return render(request, "care_agreements/list.html", {"agreements": agreements, **side(request)})


@require_POST
@hardening.discloses_nobody
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the amount, then show the quote. Nobody's name is needed for either."""
    look_up = _own_look_up(request)
    guarantee = _guarantee(request, look_up)
    form = QuoteForm(request.POST if "amount" in request.POST else None)
    if form.is_valid():
        agreement = steps.quote(look_up, guarantee=guarantee, account=account_of(request), **form.cleaned_data)
        return redirect("care_agreements:detail", agreement.pk)
    context = {"form": form, "look_up": look_up, "guarantee": guarantee, **side(request)}
    return render(request, "care_agreements/new.html", context)


@require_safe
@hardening.discloses_nobody
def detail(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Show where one request stands; the person stays covered."""
    return _detail(request, _find(request, agreement_id))


@require_POST
def person(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Show the person of one request, through the gate: the invoice carries the name."""
    agreement = _find(request, agreement_id)
    record = get_object_or_404(Beneficiary, pk=agreement.look_up.beneficiary_id)
    with hardening.disclose(request, purpose="care_agreement", fields=FIELDS) as disclosure:
        opened = disclosure.open(record)
    return _detail(request, agreement, person=opened, masked_nir=mask_nir(str(opened.nir)))


@require_POST
def request_it(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Send a quote to the insurer."""
    agreement = _find(request, agreement_id)
    if not steps.request(agreement, at=clock.now()):
        messages.error(request, _("This request had already been sent or cancelled."))
    return redirect("care_agreements:detail", agreement.pk)


@require_POST
def cancel(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Give a request back."""
    agreement = _find(request, agreement_id)
    if not steps.cancel(agreement, at=clock.now()):
        messages.error(request, _("This request can no longer be cancelled."))
    return redirect("care_agreements:detail", agreement.pk)


def _of_desk(request: HttpRequest) -> QuerySet[CareAgreement]:
    return CareAgreement.objects.filter(practitioner=desk_of(request).practitioner)


def _find(request: HttpRequest, agreement_id: UUID) -> CareAgreement:
    # Another desk's request is "no such page": its existence is nobody else's business.
    return get_object_or_404(_of_desk(request).select_related("insurer", "look_up"), pk=agreement_id)


def _own_look_up(request: HttpRequest) -> LookUp:
    try:
        look_up_id = UUID(request.POST.get("look_up", ""))
    except ValueError:
        raise Http404 from None
    recent = LookUp.objects.filter(
        practitioner=desk_of(request).practitioner, at__gt=clock.now() - QUOTABLE, has_open_rights=True
    )
    return get_object_or_404(recent.select_related("practitioner"), pk=look_up_id, account=account_of(request))


def _guarantee(request: HttpRequest, look_up: LookUp) -> Guarantee:
    guarantees = Guarantee.objects.select_related("contract__insurer").filter(domain=desk_of(request).domain)
    return get_object_or_404(guarantees, contract__beneficiaries=look_up.beneficiary_id)


def _detail(request: HttpRequest, agreement: CareAgreement, **shown: object) -> HttpResponse:
    context = {"agreement": agreement, **shown, **side(request)}
    return render(request, "care_agreements/detail.html", context)
