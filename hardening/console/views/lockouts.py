"""Lockouts: who, why, since when, from where; and the one decision, with its reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hardening.console.doors import RELEASE_LOCKOUTS, REVIEW_LOCKOUTS, has_any, on_duty
from hardening.console.forms import ReasonForm
from hardening.console.people import names_of
from hardening.console.views.pages import console_page
from hardening.lockout.attacks import attacks, release_attack
from hardening.lockout.models import Release
from hardening.lockout.review import open_lockouts, release
from hardening.lockout.what_if import what_if

HISTORY = 50


@on_duty(REVIEW_LOCKOUTS, RELEASE_LOCKOUTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show open lockouts, then the latest releases with the evidence they were decided on."""
    lockouts = open_lockouts()
    releases = list(Release.objects.order_by("-released_at")[:HISTORY])
    people = [
        *(row.account for row in lockouts),
        *(row.account for row in releases),
        *(row.released_by for row in releases),
    ]
    return console_page(
        request,
        "lockouts",
        lockouts=lockouts,
        attacks=attacks(lockouts),
        releases=releases,
        names=names_of(people),
        most_failures=max((row.failures for row in lockouts), default=0),
        may_release=has_any(request.user, RELEASE_LOCKOUTS),
    )


@on_duty(RELEASE_LOCKOUTS, is_decision=True)
@require_http_methods(["GET", "POST"])
def release_page(request: HttpRequest, lockout: str) -> HttpResponse:
    """Show one case and take the decision on it; the evidence is kept beside the reason."""
    case = next((row for row in open_lockouts() if row.key == lockout), None)
    if case is None:
        messages.info(request, _("This lockout has already ended; nothing was changed."))
        return redirect("hardening_console:lockouts")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if release(case.key, released_by=str(request.user.pk), reason=form.cleaned_data["reason"]):
            messages.success(request, _("Released. The evidence and your reason are kept below."))
        else:
            messages.info(request, _("This lockout has already ended; nothing was changed."))
        return redirect("hardening_console:lockouts")
    others = what_if([case.failed_at])
    return console_page(request, "release", lockout=case, names=names_of([case.account]), form=form, others=others)


@on_duty(RELEASE_LOCKOUTS, is_decision=True)
@require_http_methods(["GET", "POST"])
def release_together(request: HttpRequest) -> HttpResponse:
    """Show whom one network has locked out, and release them together; the network itself stays at rest."""
    network = (request.POST if request.method == "POST" else request.GET).get("network", "")
    victims = attacks(open_lockouts()).get(network)
    if victims is None:
        messages.info(request, _("This lockout has already ended; nothing was changed."))
        return redirect("hardening_console:lockouts")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        count = release_attack(network, released_by=str(request.user.pk), reason=reason)
        said = ngettext("%(count)d account released.", "%(count)d accounts released.", count)
        messages.success(request, said % {"count": count})
        return redirect("hardening_console:lockouts")
    names = names_of([victim.account for victim in victims])
    return console_page(request, "release_together", network=network, victims=victims, names=names, form=form)
