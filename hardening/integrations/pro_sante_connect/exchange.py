"""Send somebody to the issuer, and turn the code that he comes back with into who he is."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.urls import reverse

from hardening import clock
from hardening.integrations.pro_sante_connect import discovery, tokens
from hardening.integrations.pro_sante_connect.bounded_fetch import Answer, Deadline, IssuerUnavailable, fetch
from hardening.integrations.pro_sante_connect.conf import CALLBACK, ProSanteConnectSettings
from hardening.integrations.pro_sante_connect.flow import Flow
from hardening.integrations.pro_sante_connect.practices import practices_in
from hardening.integrations.pro_sante_connect.tokens import Claims, Expected, IdentityRefused, Reason
from hardening.keys.providers.environment_secret import environment_secret
from hardening.login.conf import LoginSettings


def authorization_address(flow: Flow) -> str:
    """Return the issuer's page for this login.

    Raise IssuerUnavailable where it cannot be found in time.
    """
    settings = ProSanteConnectSettings.load()
    page = discovery.endpoints(settings, deadline=Deadline(settings.timeout)).authorization
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": _callback_address(),
        "scope": settings.scope,
        "acr_values": settings.acr_values,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.challenge,
        "code_challenge_method": "S256",
        "max_age": str(int(settings.oldest_proof.total_seconds())),
    }
    return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"


def redeem(code: str, flow: Flow) -> Claims:
    """Return what the issuer says of whoever came back with ``code``; all calls together end within ``timeout``.

    Raise IdentityRefused for an answer that proves nothing, and IssuerUnavailable for none.
    """
    settings = ProSanteConnectSettings.load()
    deadline = Deadline(settings.timeout)
    answer = _tokens(code, flow, settings=settings, deadline=deadline)
    token, access = answer.document.get("id_token"), answer.document.get("access_token")
    if not isinstance(token, str) or not isinstance(access, str) or not access.isascii() or not access.isprintable():
        raise IdentityRefused(Reason.SHAPE)
    expected = Expected(
        issuer=settings.issuer,
        audience=settings.client_id,
        nonce=flow.nonce,
        at=clock.now(),
        oldest_proof=settings.oldest_proof,
    )
    keys = discovery.keys_for(tokens.key_id(token), settings, deadline=deadline)
    claims = tokens.claims(token, keys=keys, expected=expected)
    return _with_details(claims, access=access, settings=settings, deadline=deadline)


def _tokens(code: str, flow: Flow, *, settings: ProSanteConnectSettings, deadline: Deadline) -> Answer:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _callback_address(),
        "client_id": settings.client_id,
        "client_secret": environment_secret(settings.client_secret),
        "code_verifier": flow.verifier,
    }
    answer = fetch(discovery.endpoints(settings, deadline=deadline).token, deadline=deadline, form=form)
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise IdentityRefused(Reason.CODE)
    if answer.status != HTTPStatus.OK:
        raise IssuerUnavailable(f"the token endpoint answers with status {answer.status}")
    return answer


def _with_details(claims: Claims, *, access: str, settings: ProSanteConnectSettings, deadline: Deadline) -> Claims:
    """Return the claims with the number and the practices of the userinfo document, which is of the same person."""
    address = discovery.endpoints(settings, deadline=deadline).userinfo
    answer = fetch(address, deadline=deadline, headers={"Authorization": f"Bearer {access}"})
    if answer.status != HTTPStatus.OK:
        raise IssuerUnavailable(f"the userinfo endpoint answers with status {answer.status}")
    # It is not signed: only the `sub` of the signed token says whose document this is (OpenID Connect Core, 5.3.2).
    if answer.document.get("sub") != claims.subject:
        raise IdentityRefused(Reason.SUBJECT)
    said = tokens.national_id_in(answer.document)
    number = claims.national_id or said
    if not number or (said and said != number):
        raise IdentityRefused(Reason.SUBJECT)
    named = practices_in(answer.document.get("SubjectRefPro"))
    return replace(claims, national_id=number, practices=claims.practices or named)


def _callback_address() -> str:
    # Never from the Host header of the request: the code would be sent where a stranger wants it (P19).
    return LoginSettings.load().address_of(reverse(CALLBACK))
