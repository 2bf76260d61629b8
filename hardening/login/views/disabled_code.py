"""The page on which an owner lets unknown browsers give codes again (D32)."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hardening.authenticators.permission import FRESH
from hardening.clients import client_of
from hardening.lockout import disabling
from hardening.login import disabled_code
from hardening.login.views.pages import HardenedRequest, secret_page
from hardening.requirements import AAL2, requires


@requires(AAL2, max_age=FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def code_enable(request: HardenedRequest) -> HttpResponseBase:
    """Say what happened, and on a POST from the owner's own browser or by passkey open the code again."""
    account = request.user
    is_owner = disabled_code.is_of_the_owner(request.assurance)
    if request.method == "POST" and is_owner:
        disabled_code.enable(request.assurance, account=account, client=client_of(request))
        return redirect("hardening:security")
    context = {"is_disabled": disabling.is_disabled(account.get_username()), "is_owner": is_owner}
    return render(request, "hardening/login/code_enable.html", context, status=403 if request.method == "POST" else 200)
