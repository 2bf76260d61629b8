"""Browsers that an account knows: a cookie that chooses the lockout bucket, and proves nothing (D37).

Each account has a cookie of its own in a browser, because colleagues share the computer at the counter.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from hardening import clock
from hardening.clients import client_of
from hardening.events import BrowserCookieReplayed, BrowserForgotten, BrowserRemembered, emit
from hardening.keys.digests import digest
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.models import KnownBrowser
from hardening.lockout.names import normal_name

ROTATION_GRACE = timedelta(minutes=1)
"""A double click sends the token twice, the second time just after it was rotated: that is no thief."""

_SECRET_BYTES = 16
_COOKIE = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})")
_SEEN = "hardening_known_browsers"


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """The two secrets of a device cookie: the series names the browser, the token changes at each use."""

    series: str
    token: str

    @property
    def value(self) -> str:
        """Return what the browser keeps."""
        return f"{self.series}.{self.token}"


def cookie_name(name: str) -> str:
    """Return the name of this account's cookie, which tells the next person at the computer no name."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}browser-{digest('lockout.cookie', normal_name(name))[:12]}"


def recognise(request: HttpRequest, *, name: str) -> KnownBrowser | None:
    """Return the known browser behind ``request`` for the account of this (submitted) name, or None.

    Looked up once a request. A token that was rotated away more than a minute ago means that the cookie was
    copied: the series is dropped, whoever holds it.
    """
    seen: dict[str, KnownBrowser | None] = getattr(request, _SEEN, {})
    setattr(request, _SEEN, seen)
    key = cookie_name(name)
    if key not in seen:
        cookie = _read(request.COOKIES.get(key, ""))
        seen[key] = _recognise(request, cookie=cookie, name=normal_name(name)) if cookie else None
    return seen[key]


def remember(
    request: HttpRequest, response: HttpResponse, *, account: AbstractBaseUser, proven_from: datetime | None = None
) -> None:
    """Make this browser known to ``account``, or give a known one its next token; call it when a login completes.

    A browser that becomes known is believed from ``proven_from``, at once where that is None (D28).
    """
    name = account.get_username()
    presented = _read(request.COOKIES.get(cookie_name(name), ""))
    token = secrets.token_urlsafe(_SECRET_BYTES)
    if presented is None or recognise(request, name=name) is None:
        _set_cookie(
            response, name=name, cookie=_remember_anew(request, account=account, token=token, proven_from=proven_from)
        )
    elif _rotate(presented, token=token):
        _set_cookie(response, name=name, cookie=Cookie(series=presented.series, token=token))
    elif not KnownBrowser.objects.filter(series=_stored(presented.series)).exists():
        # This very request forgot it, with every other, because a password or an authenticator changed (I4).
        _set_cookie(
            response, name=name, cookie=_remember_anew(request, account=account, token=token, proven_from=proven_from)
        )
    # Else a parallel request has rotated it, and its answer carries the new cookie.


def known_browsers_of(account: AbstractBaseUser) -> QuerySet[KnownBrowser]:
    """Return the browsers that ``account`` knows, the latest used first, for its owner's list."""
    oldest = clock.now() - LockoutSettings.load().remember_browser_for
    return KnownBrowser.objects.filter(account_id=account.pk, last_used_at__gt=oldest)


def forget(account: AbstractBaseUser, *, browser: int) -> bool:
    """Forget one browser of ``account``; False where it knows no such browser (P3: another's is none)."""
    return (
        _forget(KnownBrowser.objects.filter(account_id=account.pk, pk=browser), account=account, reason="revoked") > 0
    )


def believe(account: AbstractBaseUser, *, browser: int) -> None:
    """Believe a known browser of ``account`` from now on: its owner has proven himself there by a passkey."""
    own = KnownBrowser.objects.filter(account_id=account.pk, pk=browser, proven_from__gt=clock.now())
    own.update(proven_from=clock.now())


def forget_unproven(account: AbstractBaseUser) -> int:
    """Forget the browsers that are not believed yet: the owner has disowned a login (D33)."""
    unproven = KnownBrowser.objects.filter(account_id=account.pk, proven_from__gt=clock.now())
    return _forget(unproven, account=account, reason="disowned")


def forget_all(account: AbstractBaseUser, *, reason: str = "changed") -> int:
    """Forget every browser of ``account``, in the transaction of a password or authenticator change (I4, P23)."""
    return _forget(KnownBrowser.objects.filter(account_id=account.pk), account=account, reason=reason)


def _read(value: str) -> Cookie | None:
    match = _COOKIE.fullmatch(value)
    return Cookie(series=match[1], token=match[2]) if match else None


def _recognise(request: HttpRequest, *, cookie: Cookie, name: str) -> KnownBrowser | None:
    device = KnownBrowser.objects.select_related("account").filter(series=_stored(cookie.series)).first()
    if device is None or normal_name(device.account.get_username()) != name:
        return None
    now = clock.now()
    if device.last_used_at <= now - LockoutSettings.load().remember_browser_for:
        return None
    token = _stored(cookie.token)
    if compare_digest(token, device.token):
        return device
    if compare_digest(token, device.previous_token) and now - device.rotated_at < ROTATION_GRACE:
        return device
    _drop(device, request=request)
    return None


def _drop(device: KnownBrowser, *, request: HttpRequest) -> None:
    with transaction.atomic():
        device.delete()
        emit(
            BrowserCookieReplayed(
                at=clock.now(), account=str(device.account_id), client=client_of(request), browser=device.browser
            )
        )


def _remember_anew(
    request: HttpRequest, *, account: AbstractBaseUser, token: str, proven_from: datetime | None
) -> Cookie:
    cookie = Cookie(series=secrets.token_urlsafe(_SECRET_BYTES), token=token)
    now, client = clock.now(), client_of(request)
    with transaction.atomic():
        KnownBrowser.objects.create(
            account_id=account.pk,
            series=_stored(cookie.series),
            token=_stored(cookie.token),
            rotated_at=now,
            browser=client.browser,
            remembered_at=now,
            last_used_at=now,
            proven_from=proven_from or now,
        )
        emit(BrowserRemembered(at=now, account=str(account.pk), client=client, browser=client.browser))
    return cookie


def _rotate(presented: Cookie, *, token: str) -> bool:
    """Replace the token; False where a parallel request was first: two new tokens would make one of them old."""
    now, old = clock.now(), _stored(presented.token)
    changed = KnownBrowser.objects.filter(series=_stored(presented.series), token=old).update(
        token=_stored(token), previous_token=old, rotated_at=now, last_used_at=now
    )
    return changed == 1


def _forget(browsers: QuerySet[KnownBrowser], *, account: AbstractBaseUser, reason: str) -> int:
    with transaction.atomic():
        count, _ = browsers.delete()
        if count:
            emit(BrowserForgotten(at=clock.now(), account=str(account.pk), reason=reason, count=count))
    return count


def _set_cookie(response: HttpResponse, *, name: str, cookie: Cookie) -> None:
    options: dict[str, Any] = {"path": "/", "secure": settings.SESSION_COOKIE_SECURE, "httponly": True}
    age = LockoutSettings.load().remember_browser_for
    response.set_cookie(cookie_name(name), cookie.value, max_age=age, samesite="Lax", **options)


def _stored(secret: str) -> str:
    """Return what the table keeps of a secret. 128 random bits need no slow hash, and no key."""
    return sha256(secret.encode("ascii")).hexdigest()
