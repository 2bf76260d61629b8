"""Where the issuer's pages are and by which keys it signs: asked seldom, kept by each process."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import jwt

from hardening import clock
from hardening.integrations.pro_sante_connect.addresses import is_private
from hardening.integrations.pro_sante_connect.bounded_fetch import Answer, Deadline, IssuerUnavailable, fetch
from hardening.integrations.pro_sante_connect.conf import ProSanteConnectSettings
from hardening.integrations.pro_sante_connect.signing_keys import signing_keys

KEPT_FOR = timedelta(hours=1)
"""A key that the issuer has withdrawn is believed no longer than this."""

ROTATION_PAUSE = timedelta(seconds=10)
"""A token under a key that we do not know has the keys asked for again, but not once per token."""

REST = timedelta(seconds=10)
"""After a failure people are told at once, and one of them in ten seconds waits for the issuer to come back."""

_NAMES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Endpoints:
    """The issuer's addresses."""

    authorization: str
    token: str
    userinfo: str
    keys: str


@dataclass(frozen=True)
class _Known:
    endpoints: Endpoints | None = None
    found_at: datetime | None = None
    keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    keys_at: datetime | None = None
    failed_at: datetime | None = None


_known: dict[str, _Known] = {}


def forget() -> None:
    """Forget every issuer."""
    _known.clear()


def endpoints(settings: ProSanteConnectSettings, *, deadline: Deadline) -> Endpoints:
    """Return the issuer's addresses, at most an hour old.

    Raise IssuerUnavailable where it does not answer, or as somebody else.
    """
    known = _of(settings)
    if known.endpoints is not None and _is_within(known.found_at, KEPT_FOR):
        return known.endpoints
    found = _endpoints_in(_document(settings, settings.discovery_address, deadline=deadline), issuer=settings.issuer)
    _known[settings.issuer] = replace(_of(settings), endpoints=found, found_at=clock.now(), failed_at=None)
    return found


def keys_for(key_id: str, settings: ProSanteConnectSettings, *, deadline: Deadline) -> Mapping[str, jwt.PyJWK]:
    """Return the issuer's keys, at most an hour old; asked for again where ``key_id`` is not among them.

    Raise IssuerUnavailable where they cannot be had.
    """
    known = _of(settings)
    has_key = key_id in known.keys or _is_within(known.keys_at, ROTATION_PAUSE)
    if has_key and _is_within(known.keys_at, KEPT_FOR):
        return known.keys
    address = endpoints(settings, deadline=deadline).keys
    found = signing_keys(_document(settings, address, deadline=deadline))
    _known[settings.issuer] = replace(_of(settings), keys=found, keys_at=clock.now(), failed_at=None)
    return found


def _of(settings: ProSanteConnectSettings) -> _Known:
    return _known.get(settings.issuer, _Known())


def _is_within(then: datetime | None, span: timedelta) -> bool:
    return then is not None and timedelta() <= clock.now() - then < span


def _document(settings: ProSanteConnectSettings, address: str, *, deadline: Deadline) -> Mapping[str, Any]:
    if _is_within(_of(settings).failed_at, REST):
        raise IssuerUnavailable("it did not answer a moment ago")
    try:
        return _content(fetch(address, deadline=deadline))
    except IssuerUnavailable:
        _known[settings.issuer] = replace(_of(settings), failed_at=clock.now())
        raise


def _content(answer: Answer) -> Mapping[str, Any]:
    if not answer.document:
        raise IssuerUnavailable(f"it answers with status {answer.status}, or with nothing")
    return answer.document


def _endpoints_in(document: Mapping[str, Any], *, issuer: str) -> Endpoints:
    if document.get("issuer") != issuer:
        raise IssuerUnavailable("the discovery document is another issuer's")
    addresses = [document.get(name) for name in _NAMES]
    for name, address in zip(_NAMES, addresses, strict=True):
        if not isinstance(address, str) or not is_private(address):
            raise IssuerUnavailable(f"the discovery document has no safe {name}")
    authorization, token, userinfo, keys = map(str, addresses)
    return Endpoints(authorization=authorization, token=token, userinfo=userinfo, keys=keys)
