"""AWS KMS: roots are wrapped by a key that never leaves the service; needs boto3 (``hardening[kms]``)."""

import re
from functools import cached_property
from typing import Any, ClassVar

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.providers.probe import probe
from hardening.keys.providers.protocol import MacKey, WrappingContext, mac_input, require_mac, unavailable

_MOST_BYTES = 6144
"""The longest ciphertext that KMS speaks of."""
_CODE = re.compile(r"[A-Za-z.]{1,60}")
_REMEDIES = {
    "AccessDeniedException": "let the role of this process use kms:Encrypt and kms:Decrypt, for MACs kms:GenerateMac",
    "DisabledException": "enable the key in KMS",
    "IncorrectKeyException": "set aws_key to the key that wrapped the roots",
    "InvalidCiphertextException": "restore the key file: the root was altered, or wrapped for another key id",
    "InvalidKeyUsageException": "name a key of usage ENCRYPT_DECRYPT for roots, GENERATE_VERIFY_MAC for MACs",
    "KMSInvalidStateException": "cancel the deletion of the key in KMS, or enable it",
    "NotFoundException": "correct aws_key, or the name of the MAC key, and aws_region",
}


class AwsKmsProvider:
    """``aws_kms``: the encryption context carries keyset and key id, and stands in CloudTrail with each call."""

    name: ClassVar[str] = "aws_kms"

    def __init__(self, settings: KeysSettings) -> None:
        self._settings = settings

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:
        """Return the ciphertext of KMS.

        Raise KeyUnavailableError if KMS refuses or does not answer as it should in time.
        """
        return self._bound("encrypt", "CiphertextBlob", {"Plaintext": root}, context=context)

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if KMS refuses or does not answer as it should in time.
        """
        return self._bound("decrypt", "Plaintext", {"CiphertextBlob": wrapped}, context=context)

    def mac(self, message: bytes, *, key: MacKey, context: WrappingContext) -> bytes:
        """Return the MAC of KMS, whose keys for it have no versions.

        Raise KeyUnavailableError if KMS refuses or does not answer as it should in time.
        """
        asked = {"KeyId": key.name, "Message": mac_input(message, context=context), "MacAlgorithm": "HMAC_SHA_256"}
        return require_mac(
            self._call("generate_mac", "Mac", asked, context=context), provider=self.name, context=context
        )

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless KMS wraps, unwraps and holds each root to its key."""
        probe(self)

    def _bound(self, operation: str, wanted: str, given: dict[str, bytes], *, context: WrappingContext) -> bytes:
        bound = {"keyset": context.keyset, "key_id": str(context.key_id)}
        # The key is named in decrypt too: KMS must not choose one by what the ciphertext says.
        named = {"KeyId": self._settings.aws_key, "EncryptionContext": bound, **given}
        return self._call(operation, wanted, named, context=context)

    def _call(self, operation: str, wanted: str, given: dict[str, Any], *, context: WrappingContext) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an optional package
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - likewise

        try:
            value = getattr(self._client, operation)(**given)[wanted]
        except ClientError as refusal:
            raise self._refused(refusal.response, context) from None
        # The last four: botocore takes the answer for what the service describes, whatever came.
        except (BotoCoreError, ResponseParserError, AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"the call failed ({type(error).__name__})"
            remedy = "see that KMS can be reached and that this process has credentials"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy) from None
        if not isinstance(value, bytes) or not 0 < len(value) <= _MOST_BYTES:
            reason, remedy = "the answer is not that of KMS", "see what listens at aws_endpoint"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        return value

    def _refused(self, response: Any, context: WrappingContext) -> KeyUnavailableError:  # noqa: ANN401 - untyped package
        given = str(response.get("Error", {}).get("Code", ""))
        code = given if _CODE.fullmatch(given) else "without a code"
        remedy = _REMEDIES.get(code, "look into CloudTrail")
        return unavailable(self.name, context=context, reason=f"KMS refuses ({code})", remedy=remedy)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - an untyped package
        import boto3  # noqa: PLC0415 - an optional package
        from botocore.config import Config  # noqa: PLC0415 - likewise

        seconds = self._settings.provider_timeout.total_seconds()
        return boto3.session.Session().client(
            "kms",
            region_name=self._settings.aws_region,
            endpoint_url=self._settings.aws_endpoint,
            config=Config(connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1}),
        )
