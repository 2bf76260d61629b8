"""The account page: who this login is, and how much it has looked at."""

from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import hardening
from hardening import clock
from portal.accounts.masking import mask_email
from portal.accounts.requests import account_of
from portal.directory.desks import find_desk
from portal.lookups.models import LookUp

SHOWN = timedelta(days=14)


@require_safe
@hardening.discloses_nobody
def account_page(request: HttpRequest) -> HttpResponse:
    """Show what the portal holds on this login, and the way to its security page."""
    account = account_of(request)
    days = (
        LookUp.objects.filter(account=account, beneficiary__isnull=False, at__gt=clock.now() - SHOWN)
        .values(on=TruncDate("at"))
        .annotate(people=Count("beneficiary__subject", distinct=True))
        .order_by("-on")
    )
    context = {
        "account": account,
        "email": mask_email(account.email),
        "practice": find_desk(request),
        "days": days,
    }
    return render(request, "accounts/account.html", context)
