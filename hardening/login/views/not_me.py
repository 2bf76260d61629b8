"""The page behind “it was not me”: open to anybody, doing nothing until a person has typed a word (D33)."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hardening.clients import client_of
from hardening.login import not_me
from hardening.login.forms import NotMeForm
from hardening.login.links import NoSuchLink
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import public


@public
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def disown(request: HardenedRequest) -> HttpResponseBase:
    """Ask for the word, and on a POST end what can be a thief's. A GET, as of a mail scanner, does nothing."""
    form = NotMeForm(request.POST or None)
    if form.is_valid():
        try:
            not_me.report(form.cleaned_data["code"], client=client_of(request))
        except NoSuchLink:
            form.add_error(None, _("This link was used already, or its time is over. Call an administrator."))
        else:
            return render(request, "hardening/login/not_me_done.html")
    return render(request, "hardening/login/not_me.html", {"form": form})
