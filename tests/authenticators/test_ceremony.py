"""The verification of answers, without a database: what is believed, and that nothing altered is (P16-P19)."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode
from hypothesis import given, settings
from hypothesis import strategies as st

from hardening.authenticators.answer import CeremonyRefused, Reason, in_base64url, read_assertion, read_registration
from hardening.authenticators.authenticator_policy import ANY, AuthenticatorPolicy
from hardening.authenticators.ceremony import Asserted, Registered, Relying, verify_assertion, verify_registration
from hardening.authenticators.ceremony_options import Holder, creation_options, request_options
from hardening.testing.passkeys import SoftPasskey
from tests.authenticators.maker import MODEL, Maker

OURS = Relying(rp_id="portail.example", name="Portail", origins=frozenset({"https://portail.example"}))
CHALLENGE = bytes(range(36))
TO_CREATE = creation_options(
    CHALLENGE, relying=OURS, holder=Holder(b"h" * 32, "amine", "Dr Amine Benali"), excluded=(), wants_attestation=False
)
TO_GET = request_options(CHALLENGE, relying=OURS)


def device(**details: Any) -> SoftPasskey:
    return SoftPasskey(rp_id=OURS.rp_id, origin="https://portail.example", **details)


def registered(answer: str, *, policy: AuthenticatorPolicy = ANY) -> Registered:
    return verify_registration(read_registration(answer), challenge=CHALLENGE, relying=OURS, policy=policy)


def asserted(answer: str, passkey: Registered) -> Asserted:
    return verify_assertion(
        read_assertion(answer),
        challenge=CHALLENGE,
        relying=OURS,
        public_key=passkey.public_key,
        is_backup_eligible=passkey.is_backup_eligible,
    )


def reason(attempt: Any, *given: Any, **named: Any) -> Reason:
    with pytest.raises(CeremonyRefused) as refusal:
        attempt(*given, **named)
    return refusal.value.reason


NAMES = st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "challenge"])
POSTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda kids: st.lists(kids) | st.dictionaries(NAMES, kids)
)
AMINES = device()
BOUND = registered(AMINES.create(TO_CREATE))
ANSWER = AMINES.get(TO_GET)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_the_three_kinds_of_keys_are_bound_and_shown(key: Any) -> None:
    his = device(key=key)

    assert asserted(his.get(TO_GET), registered(his.create(TO_CREATE))) == Asserted(sign_count=1, is_backed_up=False)


def test_a_short_rsa_key_is_refused() -> None:
    weak = device(key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - the point of it

    assert reason(registered, weak.create(TO_CREATE)) is Reason.ALGORITHM


@pytest.mark.parametrize(
    ("cose", "why"),
    [
        ({1: 2, 3: -35, -1: 2, -2: b"x" * 48, -3: b"y" * 48}, "ES384, which we do not ask for"),
        ({1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32}, "a point off its curve"),
        ({1: 1, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32}, "a type that is not the algorithm's"),
        ({1: 2, 3: -7, -1: 1, -2: 5, -3: 6}, "numbers where bytes belong"),
        ({1: 3, 3: -257, -1: "text", -2: b"\x01\x00\x01"}, "text where bytes belong"),
    ],
)
def test_a_key_that_could_never_be_shown_is_not_bound(cose: dict[int, Any], why: str) -> None:
    class Forged(SoftPasskey):
        def _public_key(self) -> Any:
            return CoseKey(cose)

    forged = Forged(rp_id=OURS.rp_id, origin="https://portail.example")

    assert reason(registered, forged.create(TO_CREATE)) in {Reason.ALGORITHM, Reason.MALFORMED}, why


@pytest.mark.parametrize(
    ("lie", "found"),
    [
        ({"kind": "webauthn.create"}, Reason.KIND),
        ({"challenge": in_base64url(b"another")}, Reason.CHALLENGE),
        ({"origin": "https://portail.example.piege.example"}, Reason.ORIGIN),
        ({"origin": "https://sous.portail.example"}, Reason.ORIGIN),
        ({"origin": "https://portail.example:444"}, Reason.ORIGIN),
        ({"origin": "https://PORTAIL.example"}, Reason.ORIGIN),
        ({"origin": "http://portail.example"}, Reason.ORIGIN),
        ({"client_data": {"crossOrigin": True}}, Reason.FRAMED),
        ({"client_data": {"topOrigin": "https://piege.example"}}, Reason.FRAMED),
        ({"rp_id": "example"}, Reason.RELYING_PARTY),
        ({"is_user_present": False}, Reason.USER_ABSENT),
        ({"is_user_verified": False}, Reason.USER_NOT_VERIFIED),
        ({"is_synced": True}, Reason.FLAGS),
    ],
)
def test_each_lie_in_an_assertion_has_its_reason(lie: Any, found: Reason) -> None:
    """P16, P18, P19: the operator reads it, the page says nothing."""
    assert reason(asserted, AMINES.get(TO_GET, **lie), BOUND) is found


def test_the_signature_of_another_passkey_is_refused() -> None:
    assert reason(asserted, device(credential_id=AMINES.credential_id).get(TO_GET), BOUND) is Reason.SIGNATURE


@settings(deadline=timedelta(seconds=2), max_examples=300)
@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.data())
def test_an_answer_with_any_byte_altered_is_refused(part: str, data: st.DataObject) -> None:
    whole = json.loads(ANSWER)
    octets = bytearray(websafe_decode(whole["response"][part]))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    whole["response"][part] = in_base64url(bytes(octets))

    reason(asserted, json.dumps(whole), BOUND)


@settings(deadline=timedelta(seconds=2))
@given(POSTED)
def test_whatever_is_posted_instead_of_an_answer_is_refused_in_one_way(posted: Any) -> None:
    for read in (read_assertion, read_registration):
        assert reason(read, json.dumps(posted)) is Reason.MALFORMED


@settings(deadline=timedelta(seconds=2))
@given(st.binary(max_size=300))
def test_forged_authenticator_data_and_attestations_are_refused_in_one_way(forged: bytes) -> None:
    created, shown = json.loads(AMINES.create(TO_CREATE)), json.loads(ANSWER)
    created["response"]["attestationObject"] = in_base64url(forged)
    shown["response"]["authenticatorData"] = in_base64url(forged)

    reason(registered, json.dumps(created))
    reason(asserted, json.dumps(shown), BOUND)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nothing", "[" * 60_000, '{"type": "public-key"}', " " * 70_000, '{"type": "password"}'],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    assert reason(read_assertion, text) is Reason.MALFORMED


@pytest.mark.parametrize("name", ["rawId", "id"])
@pytest.mark.parametrize("spelled", ["", "A", "AB", "A===", "é", "A+/A", 5, None, in_base64url(b"x" * 1024)])
def test_an_id_has_one_spelling_and_at_most_1023_bytes(name: str, spelled: Any) -> None:
    whole = {**json.loads(ANSWER), name: spelled}

    assert reason(read_assertion, json.dumps(whole)) is Reason.MALFORMED


def test_the_longest_id_and_the_longest_answer_are_still_read() -> None:
    longest = device(credential_id=b"x" * 1023)
    answer = longest.get(TO_GET)

    assert read_assertion(answer + " " * (64 * 1024 - len(answer))).credential_id == longest.credential_id
    assert reason(read_assertion, answer + " " * (64 * 1024 - len(answer) + 1)) is Reason.MALFORMED


def test_a_browser_that_names_odd_transports_is_not_believed() -> None:
    whole = json.loads(AMINES.create(TO_CREATE))
    whole["response"]["transports"] = ["usb", "<script>", 5, "hybrid"]

    assert registered(json.dumps(whole)).transports == ("usb", "hybrid")


def test_a_made_key_under_another_name_is_refused() -> None:
    whole = json.loads(AMINES.create(TO_CREATE))
    whole["id"] = whole["rawId"] = in_base64url(b"somebody else's")

    assert reason(registered, json.dumps(whole)) is Reason.MALFORMED


OF_ADMINISTRATORS = AuthenticatorPolicy(
    is_device_bound=True, needs_attestation=True, allowed_models=frozenset({MODEL}), roots=(Maker.root(),)
)


def test_a_model_that_its_maker_vouches_for_is_kept_and_admitted() -> None:
    his = device(aaguid=MODEL, attest=Maker().vouch)

    found = registered(his.create(TO_CREATE), policy=OF_ADMINISTRATORS)

    assert (found.aaguid, found.attestation) == (MODEL, "packed")


def test_a_model_that_nobody_vouches_for_is_refused_whatever_it_says() -> None:
    """P17: the policy is the server's, and an AAGUID in an answer without attestation is only what somebody typed."""
    claims = device(aaguid=MODEL)
    itself = device(aaguid=MODEL)
    itself.attest = lambda data, digest: ("packed", {"alg": -7, "sig": itself.sign(data + digest)})
    another = device(aaguid=MODEL, attest=Maker(name="Faussaire").vouch)
    other_model = device(aaguid=UUID(int=7), attest=Maker(model=UUID(int=7)).vouch)
    swapped = device(aaguid=MODEL, attest=Maker(model=UUID(int=7)).vouch)

    for liar in (claims, itself, another, swapped):
        assert reason(registered, liar.create(TO_CREATE), policy=OF_ADMINISTRATORS) is Reason.ATTESTATION
    assert reason(registered, other_model.create(TO_CREATE), policy=OF_ADMINISTRATORS) is Reason.MODEL


def test_a_registration_altered_after_its_maker_signed_is_refused() -> None:
    """P17."""
    his = device(aaguid=MODEL, attest=Maker().vouch)
    whole = json.loads(his.create(TO_CREATE))
    attestation: Any = cbor.decode(websafe_decode(whole["response"]["attestationObject"]))
    data = bytearray(attestation["authData"])
    data[33 + 3] ^= 1  # the counter
    whole["response"]["attestationObject"] = in_base64url(cbor.encode({**attestation, "authData": bytes(data)}))

    assert reason(registered, json.dumps(whole), policy=OF_ADMINISTRATORS) is Reason.ATTESTATION


def test_a_synced_passkey_is_refused_where_it_must_stay_in_its_device() -> None:
    synced = device(is_synced=True)

    assert (
        reason(registered, synced.create(TO_CREATE), policy=AuthenticatorPolicy(is_device_bound=True)) is Reason.SYNCED
    )
    assert registered(synced.create(TO_CREATE)).is_backed_up


def test_the_question_demands_a_verified_user_each_time() -> None:
    """P16."""
    assert TO_GET["userVerification"] == "required"
    assert TO_CREATE["authenticatorSelection"]["userVerification"] == "required"
    assert TO_CREATE["attestation"] == "none"
