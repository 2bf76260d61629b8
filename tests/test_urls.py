"""The one include: pages of the installed domains, each under its own namespace."""

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import NoReverseMatch, reverse

from hardening import urls


def test_what_other_programs_expect_stands_at_the_root() -> None:
    assert reverse("security_txt", urlconf=urls.__name__) == "/.well-known/security.txt"
    assert reverse("well_known_change_password", urlconf=urls.__name__) == "/.well-known/change-password"
    assert reverse("healthz", urlconf=urls.__name__) == "/healthz"


@override_settings(INSTALLED_APPS=[app for app in settings.INSTALLED_APPS if not app.startswith("hardening.")])
def test_a_domain_that_is_not_installed_has_no_pages() -> None:
    assert urls.installed_pages() == []


def test_no_name_is_ours_outside_the_two_namespaces() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("login", urlconf=urls.__name__)
