"""Seal a form that met a step-up, and give it back once, to the session that sent it (D23).

It travels in a hidden field of the step-up page and lies nowhere here: neither in the session nor in a table.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, get_script_prefix, resolve

from hardening import clock
from hardening.authenticators.spent import spend
from hardening.encryption.envelope import Flag, Suite
from hardening.encryption.operations import Place, operations
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.login.held_form import LARGEST, LIFETIME, NONCE_BYTES, HeldForm, read

FIELD = "held_form"
"""Name of the hidden field."""

_OURS = frozenset({"csrfmiddlewaretoken", FIELD})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
PLACE = Place("hardening_login.held_form", Suite.AES_256_GCM_SIV, Flag(0))
"""Under which key and name forms are sealed; no column bears it."""

_checked = CsrfViewMiddleware(lambda _: HttpResponse())


def hold(request: HttpRequest, *, session: str) -> str | None:
    """Return the posted form, sealed for ``session``; None for what is not held: files, other bodies, large forms.

    Also for a form that another site may have had the browser send: the step-up must not be what makes it genuine.
    """
    match = request.resolver_match
    if match is None or request.content_type not in _FORMS or request.method != "POST":
        return None
    if _is_forged(request, view=match.func) or request.FILES:
        return None
    form = HeldForm(
        session=session,
        path=request.get_full_path(),
        view=match.view_name,
        fields=_fields(request.POST),
        at=clock.now(),
        nonce=secrets.token_bytes(NONCE_BYTES),
    )
    packed = form.as_bytes()
    if len(packed) > LARGEST:
        return None
    try:
        sealed = operations().seal(packed, place=PLACE, binding=session.encode())
    except KeyUnavailableError:
        return None  # the person types it again; nothing is kept in clear
    return base64.urlsafe_b64encode(sealed).decode()


def release(text: str, *, session: str) -> HeldForm | None:
    """Return the form that this session sent at most five minutes ago, once; else None.

    Call it outside a transaction that could be rolled back: what is rolled back was never used.
    """
    try:
        opened = operations().open(base64.urlsafe_b64decode(text), place=PLACE, binding=session.encode())
        form = read(opened)
    except (DecryptionError, KeyUnavailableError, ValueError, binascii.Error):
        return None
    is_in_force = form.is_for(session=session, at=clock.now()) and _leads_to(form.path) == form.view
    return form if is_in_force and spend(form.nonce, lifetime=LIFETIME) else None


def _leads_to(path: str) -> str | None:
    """Return the view that an address of ours leads to now: after a release it may be another."""
    try:
        return resolve(urlsplit(path).path.removeprefix(get_script_prefix().rstrip("/"))).view_name
    except Resolver404:
        return None


def _fields(posted: QueryDict) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, values in posted.lists() if name not in _OURS for value in values)


def _is_forged(request: HttpRequest, *, view: Callable[..., Any]) -> bool:
    """Tell whether the form lacks the token of this browser, or goes to a view that asks for none.

    A form of another site would otherwise be held, and sent on with a token of ours after the owner's own proof.
    """
    return getattr(view, "csrf_exempt", False) or _checked.process_view(request, _asks_for_a_token, (), {}) is not None


def _asks_for_a_token(_request: HttpRequest) -> HttpResponse:
    """Stand for the view in Django's check."""
    return HttpResponse()
