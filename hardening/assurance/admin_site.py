"""Django's admin behind our doors: two steps and a member of staff for every page, our login, our logout (P25).

``"hardening.assurance.admin_config.HardenedAdminConfig"`` in INSTALLED_APPS, in place of ``django.contrib.admin``,
makes ``admin.site`` one of these.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from hardening import clock
from hardening.assurance.conf import AssuranceSettings
from hardening.assurance.current import assurance_of
from hardening.assurance.refusals import refuse
from hardening.assurance.remedies import Remedy
from hardening.headers import ADMIN_CONTENT_POLICY
from hardening.requirements import AAL2, Requirement, public, requires, stated_by

DECISION = Requirement(AAL2.level, max_age=timedelta(minutes=15))
"""What a change asks for, as a decision in the console does: a stolen cookie or a screen left open changes nothing."""

_CHANGING = ("_add", "_change", "_delete")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def _is_decision(request: HttpRequest) -> bool:
    """Tell whether the request changes something, or opens the page that will: the step-up comes before the typing."""
    name = (request.resolver_match.url_name if request.resolver_match else None) or ""
    if name == "logout":
        return False
    return request.method not in _SAFE or name.endswith(_CHANGING)


class HardenedAdminSite(AdminSite):
    """An admin that a password alone does not open, with or without the middleware."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether this is a member of staff whose session has proven two steps."""
        return super().has_permission(request) and assurance_of(request).meets(AAL2, at=clock.now())

    def get_urls(self) -> list[Any]:
        """Return the addresses, each behind the door: also those that a ModelAdmin added and forgot to wrap."""
        patterns = super().get_urls()
        self._guard(patterns)
        return patterns

    @public
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Send to our login. Django's own form never shows: it opens a session on a password (P25)."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            wanted = reverse("admin:index", current_app=self.name)
        target = reverse(AssuranceSettings.load().login_url)
        return HttpResponseRedirect(f"{target}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401, ARG002 - Django's signature
        """Log out as everywhere else, with its audit entry."""
        view, args, kwargs = resolve(reverse("hardening:logout"))
        return view(request, *args, **kwargs)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401, ARG002 - Django's signature
        """Send to our page: Django's own asks for no fresh proof and ends no session (I3, I4)."""
        return HttpResponseRedirect(reverse("hardening:password_change"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401, ARG002 - Django's signature
        """Send back to the index: nothing is done here."""
        return HttpResponseRedirect(reverse("admin:index", current_app=self.name))

    def _guard(self, patterns: Iterable[URLPattern | URLResolver]) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                self._guard(pattern.url_patterns)
            elif pattern.callback != self.login:
                pattern.callback = self._guarded(pattern.callback)

    def _guarded(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not self.has_permission(request):
                return self._refused(request)
            if _is_decision(request) and not assurance_of(request).meets(DECISION, at=clock.now()):
                return refuse(request, remedy=Remedy.STEP_UP, requirement=DECISION)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", ADMIN_CONTENT_POLICY)
            return response

        stated = stated_by(view)
        # Nothing in an admin asks for less: a `@public` on an extra view of a ModelAdmin does not open it.
        return requires(stated if stated is not None and stated.level >= AAL2.level else AAL2)(guarded)

    def _refused(self, request: HttpRequest) -> HttpResponseBase:
        if assurance_of(request).meets(AAL2, at=clock.now()):
            raise PermissionDenied("not a member of staff")  # no login would help
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('admin:login', current_app=self.name)}?{query}")
