import runpy
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.urls import URLResolver
from pytest_django import Settings

import portal

PAGES = "hardening_pro_sante_connect"


def namespaces() -> list[Any]:
    patterns = runpy.run_path(str(Path(portal.__file__).with_name("urls.py")))["urlpatterns"]
    return [pattern.namespace for pattern in patterns if isinstance(pattern, URLResolver)]


def test_the_portal_has_these_pages_where_they_are_configured(settings: Settings) -> None:
    assert PAGES in namespaces()

    settings.HARDENING_PRO_SANTE_CONNECT = {}
    assert PAGES not in namespaces()


def test_the_login_page_shows_the_way_where_there_is_one(settings: Settings) -> None:

    link = "hardening/pro_sante_connect/_link.html"
    assert 'href="/login/pro-sante-connect/?next=%2Fcounter%2F%3Fa%3D1"' in render_to_string(
        link, {"next": "/counter/?a=1"}
    )
    settings.ROOT_URLCONF = "tests.login.urls"
    assert render_to_string(link).strip() == ""
