"""Roots wrapped by AWS KMS: moto's in this process, and local servers that answer badly."""

import base64
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.aws_kms import AwsKmsProvider
from hardening.keys.providers.protocol import MacKey
from tests.keys.providers.contract import NIR_KEY, ROOT, WrappingContract, refusal
from tests.keys.providers.local_server import BAD_ANSWERS, Respond, answering, closed_address, fixed
from tests.keys.providers.mac_contract import MacContract, mac_refusal

REGION = "eu-west-3"
WRAPPED = bytes(120)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def service() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("kms", region_name=REGION)


@pytest.fixture
def key(service: Any) -> str:
    return str(service.create_key()["KeyMetadata"]["KeyId"])


@pytest.fixture
def provider(key: str) -> AwsKmsProvider:
    return kms(key)


def kms(key: str, **options: Any) -> AwsKmsProvider:
    return AwsKmsProvider(KeysSettings(**{"provider": "aws_kms", "aws_key": key, "aws_region": REGION, **options}))


def made_mac_key(service: Any) -> MacKey:
    made = service.create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")
    return MacKey(name=made["KeyMetadata"]["KeyId"])


mac_key = pytest.fixture(made_mac_key, name="mac_key")
other_mac_key = pytest.fixture(made_mac_key, name="other_mac_key")


@pytest.fixture
def wrapping_key(key: str) -> MacKey:
    return MacKey(name=key)


class TestAwsKms(WrappingContract):
    """The contract, with moto's KMS."""


class TestAwsKmsMacs(MacContract):
    """Likewise, of MACs."""


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("DisabledException", "enable the key"),
        ("KMSInvalidStateException", "cancel the deletion"),
        ("AccessDeniedException", "let the role"),
        ("IncorrectKeyException", "set aws_key"),
        ("ThrottlingException", "look into CloudTrail"),
        ("<script>", "look into CloudTrail"),
    ],
)
def test_a_refusal_of_kms_says_what_to_do(code: str, remedy: str) -> None:
    respond = fixed({"__type": code, "message": "arn:aws:kms:eu-west-3:000000000000:key/portal"}, status=400)

    with answering(respond) as address:
        said = refusal(kms("portal", aws_endpoint=address), WRAPPED)

    assert remedy in said
    assert "arn" not in said
    assert "<" not in said


def test_a_root_of_another_key_does_not_open(service: Any, provider: AwsKmsProvider) -> None:
    other = service.create_key()["KeyMetadata"]["KeyId"]
    wrapped = kms(other).wrap(ROOT, context=NIR_KEY)

    assert "KMS refuses" in refusal(provider, wrapped)


@pytest.mark.usefixtures("service")
def test_a_key_that_does_not_exist_says_so() -> None:
    with pytest.raises(KeyUnavailableError, match=r"NotFoundException.*correct aws_key"):
        kms("11111111-2222-3333-4444-555555555555").wrap(ROOT, context=NIR_KEY)


def test_a_service_that_is_down_is_tried_once() -> None:
    assert "EndpointConnectionError" in refusal(kms("portal", aws_endpoint=closed_address()), WRAPPED)


def test_a_slow_service_is_left_after_the_timeout() -> None:
    done = threading.Event()
    calls: list[object] = []

    def wait(request: object) -> None:
        calls.append(request)
        done.wait(10)

    with answering(wait) as address:
        said = refusal(kms("portal", aws_endpoint=address, provider_timeout=timedelta(milliseconds=150)), WRAPPED)
        done.set()

    assert "ReadTimeoutError" in said
    assert len(calls) == 1


@pytest.mark.parametrize("respond", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_is_not_that_of_kms_opens_nothing(respond: Respond) -> None:
    with answering(respond) as address:
        assert "key 1 (encryption), provider 'aws_kms'" in refusal(kms("portal", aws_endpoint=address), WRAPPED)


def test_an_answer_longer_than_any_of_kms_opens_nothing() -> None:
    with answering(fixed({"Plaintext": "A" * (1 << 17), "KeyId": "portal"})) as address:
        assert "not that of KMS" in refusal(kms("portal", aws_endpoint=address), WRAPPED)


def test_a_redirect_is_not_followed() -> None:
    followed: list[object] = []

    with answering(followed.append) as elsewhere:
        redirect = fixed({}, status=307, headers={"Location": elsewhere})
        with answering(redirect) as address:
            refusal(kms("portal", aws_endpoint=address), WRAPPED)

    assert followed == []


def test_c14_missing_credentials_are_said_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")

    assert "NoCredentialsError" in refusal(kms("portal", aws_endpoint=closed_address()), WRAPPED)


ANY = MacKey(name="portal")


@pytest.mark.parametrize("code", ["DisabledException", "AccessDeniedException", "KMSInvalidStateException"])
def test_a_mac_key_that_was_disabled_revoked_or_deleted_makes_none(code: str) -> None:
    with answering(fixed({"__type": code}, status=400)) as address:
        assert f"KMS refuses ({code})" in mac_refusal(kms("portal", aws_endpoint=address), ANY)


@pytest.mark.parametrize("respond", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_is_not_that_of_kms_is_no_mac(respond: Respond) -> None:
    with answering(respond) as address:
        assert mac_refusal(kms("portal", aws_endpoint=address), ANY)


@pytest.mark.parametrize("length", [16, 31, 33, 64])
def test_a_mac_of_another_length_is_none(length: int) -> None:
    answered = {"Mac": base64.b64encode(bytes(length)).decode(), "KeyId": "portal"}

    with answering(fixed(answered)) as address:
        assert f"has {length} bytes" in mac_refusal(kms("portal", aws_endpoint=address), ANY)


def test_down_or_slow_it_makes_no_mac() -> None:
    done = threading.Event()
    with answering(lambda _: bool(done.wait(10))) as slow:  # type: ignore[arg-type]
        provider = kms("portal", aws_endpoint=slow, provider_timeout=timedelta(milliseconds=150))
        assert "ReadTimeoutError" in mac_refusal(provider, ANY)
        done.set()
    assert "EndpointConnectionError" in mac_refusal(kms("portal", aws_endpoint=closed_address()), ANY)
