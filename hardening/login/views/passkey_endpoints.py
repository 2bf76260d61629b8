"""Where password managers send people who want a passkey here (``/.well-known/passkey-endpoints``)."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hardening.authenticators.conf import AuthenticatorsSettings
from hardening.login.conf import LoginSettings
from hardening.requirements import public


@public
@require_safe
def passkey_endpoints(_request: HttpRequest) -> HttpResponse:
    """Answer with the pages that add and list passkeys: of the portal's own address, never of a Host header (P19)."""
    settings = LoginSettings.load()
    if not AuthenticatorsSettings.load().rp_id or not settings.portal_url:
        raise Http404
    pages = {"enroll": "hardening:passkey_add", "manage": "hardening:security"}
    return JsonResponse({name: settings.address_of(reverse(page)) for name, page in pages.items()})
