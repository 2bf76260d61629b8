"""Enrolment letters: who asks for one, who got one, and the page that prints one."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from hardening import clock
from hardening.authenticators.grants import Letter, OwnGrantRefused, issue_grant
from hardening.authenticators.models import EnrolmentGrant
from hardening.clients import client_of
from hardening.console.doors import ISSUE_GRANTS, VIEW_GRANTS, has_any, on_duty
from hardening.console.duty import pending_requests
from hardening.console.forms import LetterForm
from hardening.console.people import find_account
from hardening.console.views.pages import console_page
from hardening.login import notices
from hardening.login.letter import letter_context
from hardening.login.views.pages import HardenedRequest, secret_page

HISTORY = 50
MOST_REQUESTS = 200


@on_duty(VIEW_GRANTS, ISSUE_GRANTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show who waits for a letter, and the latest letters. No code is here: it existed once, on paper."""
    letters = EnrolmentGrant.objects.select_related("account", "issued_by").order_by("-issued_at")[:HISTORY]
    return console_page(
        request,
        "letters",
        requests=pending_requests(limit=MOST_REQUESTS),
        letters=letters,
        may_issue=has_any(request.user, ISSUE_GRANTS),
    )


@on_duty(ISSUE_GRANTS, is_decision=True)
@require_http_methods(["GET", "POST"])
@secret_page
def new(request: HardenedRequest) -> HttpResponse:
    """Take whom the letter is for and why, and answer with the letter: the only time its code is shown."""
    form = LetterForm(request.POST or None, initial={"account": _asked_for(request)})
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            letter = issue_grant(
                account=account,
                issued_by=request.user,
                reason=form.cleaned_data["reason"].strip(),
                client=client_of(request),
            )
        except OwnGrantRefused:
            form.add_error("account", _("Nobody issues a letter for himself: ask a colleague."))
        else:
            notices.changed(account, what="grant", at=clock.now())
            return _printed(request, letter, account=account)
    return console_page(request, "new_letter", form=form)


def _asked_for(request: HttpRequest) -> str:
    account = find_account(request.GET.get("for", ""))
    return account.get_username() if account else ""


def _printed(request: HttpRequest, letter: Letter, *, account: AbstractBaseUser) -> HttpResponse:
    context = {**letter_context(letter, account=account), "another_url": reverse("hardening_console:new_letter")}
    return render(request, "hardening/login/letter.html", context)
