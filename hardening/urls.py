"""The one include: ``path("", include("hardening.urls"))``, at the root, for ``.well-known`` has its place there."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from hardening import well_known

PLACES = {"login": "", "console": "console/"}
"""Domain → where its pages stand. Their ``app_name`` is the namespace: ``hardening``, ``hardening_console``."""


def installed_pages() -> list[URLPattern | URLResolver]:
    """Return the includes of the domains that are installed and have pages."""
    installed = [domain for domain in PLACES if apps.is_installed(f"hardening.{domain}")]
    modules = {domain: f"hardening.{domain}.urls" for domain in installed}
    return [path(PLACES[domain], include(module)) for domain, module in modules.items() if find_spec(module)]


urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/security.txt", well_known.security_txt, name="security_txt"),
    path(".well-known/change-password", well_known.change_password, name="well_known_change_password"),
    path("healthz", well_known.healthz, name="healthz"),
    *installed_pages(),
]
