"""P32: forged tokens, refused one by one, each for its own reason."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening import clock
from hardening.integrations.pro_sante_connect.signing_keys import signing_keys
from hardening.integrations.pro_sante_connect.tokens import (
    Claims,
    Expected,
    IdentityRefused,
    Reason,
    claims,
    key_id,
    national_id_in,
)
from tests.integrations.pro_sante_connect.issuer import (
    AMINE_RPPS,
    CARD,
    CLIENT,
    Issuer,
    ec_key,
    public,
    rsa_key,
)

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
ADDRESS, NONCE = "https://issuer.example", "nonce-of-this-login"
EXPECTED = Expected(issuer=ADDRESS, audience=CLIENT, nonce=NONCE, at=NOON, oldest_proof=timedelta(minutes=5))

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def honest() -> Issuer:
    return Issuer(address=ADDRESS)


def told_by(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    found = {**issuer.claims(nonce=NONCE, person=AMINE_RPPS, methods=CARD), **changes}
    return {name: value for name, value in found.items() if value is not ...}


def read(token: str, issuer: Issuer, *, expected: Expected = EXPECTED) -> Claims:
    return claims(token, keys=signing_keys({"keys": issuer.published}), expected=expected)


def reason_for(token: str, issuer: Issuer, *, expected: Expected = EXPECTED) -> Reason:
    with pytest.raises(IdentityRefused) as refusal:
        read(token, issuer, expected=expected)
    return refusal.value.reason


def unsigned(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", rsa_key("first")), ("ES256", ec_key("first"))])
def test_an_honest_token_says_who_what_and_when(algorithm: str, key: Any) -> None:
    issuer = honest()
    issuer.algorithm = algorithm
    issuer.rotate("first", key)

    found = read(issuer.sign(told_by(issuer)), issuer)
    assert (found.national_id, found.methods, found.proven_at) == (AMINE_RPPS, frozenset(CARD), NOON)
    assert found.is_by_card


FORGED: dict[str, tuple[dict[str, Any], Reason]] = {
    "another audience": ({"aud": "another-portal"}, Reason.AUDIENCE),
    "several audiences": ({"aud": [CLIENT, "another-portal"]}, Reason.AUDIENCE),
    "no audience": ({"aud": ...}, Reason.AUDIENCE),
    "another authorized party": ({"azp": "another-portal"}, Reason.AUDIENCE),
    "another issuer": ({"iss": "https://elsewhere.example"}, Reason.ISSUER),
    "the issuer with a slash": ({"iss": f"{ADDRESS}/"}, Reason.ISSUER),
    "no issuer": ({"iss": ...}, Reason.ISSUER),
    "another nonce": ({"nonce": "nonce-of-another-login"}, Reason.NONCE),
    "no nonce": ({"nonce": ...}, Reason.NONCE),
    "expired": ({"exp": SECONDS - 30}, Reason.TIME),
    "no end": ({"exp": ...}, Reason.TIME),
    "an end in words": ({"exp": "tomorrow"}, Reason.TIME),
    "an end that is a truth": ({"exp": True}, Reason.TIME),
    "an end beyond all time": ({"exp": 10**30}, Reason.TIME),
    "issued tomorrow": ({"iat": SECONDS + 31}, Reason.TIME),
    "not before tomorrow": ({"nbf": SECONDS + 31}, Reason.TIME),
    "no issue time": ({"iat": ...}, Reason.TIME),
    "no time of the proof": ({"auth_time": ...}, Reason.PROOF_TIME),
    "an old proof": ({"auth_time": SECONDS - 331}, Reason.PROOF_TIME),
    "a proof of tomorrow": ({"auth_time": SECONDS + 31}, Reason.PROOF_TIME),
    "no subject": ({"sub": ...}, Reason.SUBJECT),
    "an empty subject": ({"sub": ""}, Reason.SUBJECT),
    "a number with spaces": ({"SubjectNameID": f" {AMINE_RPPS}"}, Reason.SUBJECT),
    "a number that is none": ({"SubjectNameID": [AMINE_RPPS]}, Reason.SUBJECT),
}


@pytest.mark.parametrize(("changes", "reason"), FORGED.values(), ids=FORGED)
def test_p32_a_token_made_for_something_else_is_refused(changes: dict[str, Any], reason: Reason) -> None:
    issuer = honest()

    assert reason_for(issuer.sign(told_by(issuer, **changes)), issuer) is reason


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [CLIENT]},
        {"azp": ...},
        {"exp": SECONDS - 29},
        {"iat": SECONDS + 30},
        {"auth_time": SECONDS - 330},
        {"auth_time": SECONDS + 30},
        {"nbf": SECONDS},
    ],
)
def test_the_last_value_on_the_right_side_passes(changes: dict[str, Any]) -> None:
    issuer = honest()

    assert read(issuer.sign(told_by(issuer, **changes)), issuer).national_id == AMINE_RPPS


def test_p32_an_unsigned_token_is_refused() -> None:
    issuer = honest()
    for algorithm in ("none", "None", ""):
        token = f"{unsigned({'alg': algorithm, 'kid': 'first'})}.{unsigned(told_by(issuer))}."
        assert reason_for(token, issuer) is Reason.ALGORITHM


@pytest.mark.parametrize("secret", ["made-up-secret-of-the-portal", "public key"])
def test_p32_a_token_signed_by_our_secret_or_by_the_public_key_is_refused(secret: str) -> None:
    issuer = honest()
    symmetric = json.dumps(issuer.published[0]) if secret == "public key" else secret
    signed = f"{unsigned({'alg': 'HS256', 'kid': 'first'})}.{unsigned(told_by(issuer))}"
    mark = base64.urlsafe_b64encode(hmac.digest(symmetric.encode(), signed.encode(), "sha256")).rstrip(b"=").decode()

    assert reason_for(f"{signed}.{mark}", issuer) is Reason.ALGORITHM


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_p32_an_algorithm_that_was_not_agreed_is_refused(algorithm: str) -> None:
    issuer = honest()
    issuer.algorithm = algorithm

    assert reason_for(issuer.sign(told_by(issuer)), issuer) is Reason.ALGORITHM


def test_p32_a_key_that_the_issuer_does_not_publish_is_refused() -> None:
    issuer = honest()
    told = told_by(issuer)
    issuer.kid = "another"
    assert reason_for(issuer.sign(told), issuer) is Reason.KEY
    assert reason_for(jwt.encode(told, rsa_key("first"), algorithm="RS256"), issuer) is Reason.KEY


def test_p32_a_signature_by_another_key_under_a_known_name_is_refused() -> None:
    issuer = honest()
    issuer.signer = rsa_key("thief")

    assert reason_for(issuer.sign(told_by(issuer)), issuer) is Reason.SIGNATURE


def test_a_key_brought_by_the_token_itself_is_not_looked_at() -> None:
    issuer = honest()
    issuer.signer = rsa_key("thief")
    token = issuer.sign(told_by(issuer), jwk=public(rsa_key("thief"), kid="first"), jku="https://evil.example/keys")

    assert reason_for(token, issuer) is Reason.SIGNATURE


def test_a_key_of_the_other_kind_verifies_nothing() -> None:
    issuer = honest()
    issuer.published = [public(ec_key("first"), kid="first")]

    assert reason_for(issuer.sign(told_by(issuer)), issuer) is Reason.KEY


@given(st.data())
def test_a_token_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    issuer = honest()
    with clock.frozen(NOON):
        token = issuer.sign(told_by(issuer))
    # The last character of a part holds bits that mean nothing.
    meaning = [place for place, after in enumerate(token[1:]) if "." not in {token[place], after}]
    place = data.draw(st.sampled_from(meaning))
    other = data.draw(st.sampled_from("abcXYZ019-_.").filter(lambda one: one != token[place]))

    with pytest.raises(IdentityRefused):
        read(token[:place] + other + token[place + 1 :], issuer)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 40_000])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert reason_for(token, honest()) is Reason.SHAPE
    with pytest.raises(IdentityRefused):
        key_id(token)


@pytest.mark.parametrize("content", [b"[1]", b"\xff", b"not json"])
def test_a_signed_something_that_is_no_object_is_refused(content: bytes) -> None:
    token = jwt.PyJWS().encode(content, rsa_key("first"), algorithm="RS256", headers={"kid": "first"})

    assert reason_for(token, honest()) is Reason.SHAPE


@pytest.mark.parametrize(
    ("methods", "is_card"),
    [
        (["sc", "mfa"], True),
        (["mfa", "sc", "pin"], True),
        (["sc"], False),
        (["mfa"], False),
        (["swk", "mfa"], False),
        ("sc mfa", False),
        (None, False),
        ([["sc"], "mfa"], False),
    ],
)
def test_d30_the_card_and_its_pin_are_told_by_amr_alone(methods: Any, is_card: bool) -> None:  # noqa: FBT001
    issuer = honest()

    assert read(issuer.sign(told_by(issuer, amr=methods, acr="eidas3")), issuer).is_by_card is is_card


def test_an_expected_nonce_that_is_empty_matches_nothing() -> None:
    issuer = honest()
    token = issuer.sign(told_by(issuer, nonce=""))

    assert reason_for(token, issuer, expected=replace(EXPECTED, nonce="")) is Reason.NONCE


def test_keys_for_other_uses_of_other_kinds_or_too_short_are_left_out() -> None:
    good = public(rsa_key("first"), kid="good")
    rows = [
        good,
        {**good, "kid": "encrypts", "use": "enc"},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        public(rsa_key("short", bits=1024), kid="short"),
        {"kty": "EC", "crv": "P-384", "kid": "curve", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "half", "n": "AQAB"},
        {**good, "kid": ""},
        {name: value for name, value in good.items() if name != "kid"},
        "text",
    ]

    assert set(signing_keys({"keys": rows})) == {"good"}
    assert signing_keys({}) == signing_keys({"keys": "text"}) == {}


def test_a_number_is_said_or_not_or_refused() -> None:
    assert national_id_in({}) == ""
    assert national_id_in({"SubjectNameID": AMINE_RPPS}) == AMINE_RPPS
    with pytest.raises(IdentityRefused):
        national_id_in({"SubjectNameID": ""})
