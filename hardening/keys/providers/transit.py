"""The transit engine of OpenBao or Vault: roots are wrapped over HTTPS by a key that never leaves the service."""

import base64
import binascii
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from hardening.keys.conf import KeysSettings
from hardening.keys.providers.bounded_call import Answer, CallFailedError, post_json
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.providers.probe import probe
from hardening.keys.providers.protocol import MacKey, WrappingContext, mac_input, require_mac, unavailable

Refusals = Mapping[int, tuple[str, str]]

_OK = 200
_REDIRECTS = range(300, 400)
_PREFIX = b"vault:v"
_REFUSALS: Refusals = {
    400: (
        "the service does not accept it",
        "the root was wrapped by another key or for another key id, or the key is no AEAD key, or is disabled",
    ),
    403: ("the token is refused", "renew the token, and let its policy allow encrypt and decrypt with the key"),
    404: ("there is no such engine or key", "correct transit_mount or transit_key in HARDENING_KEYS"),
    429: ("the service limits the calls", "raise its quota"),
    503: ("the service is sealed or in maintenance", "unseal it"),
}
_REFUSALS_OF_MACS: Refusals = {
    **_REFUSALS,
    400: ("the service does not make the MAC", "correct the name and the version of the MAC key"),
    403: ("the token is refused", "renew the token, and let its policy allow hmac with the MAC key"),
}


class TransitProvider:
    """``transit``: ``associated_data`` binds each root to its key, so the service's key must be an AEAD key."""

    name: ClassVar[str] = "transit"

    def __init__(self, settings: KeysSettings) -> None:
        self._settings = settings

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:
        """Return the service's text, which starts with ``vault:v`` and the version of its key.

        Raise KeyUnavailableError if the service does not answer as it should in time.
        """
        wrapped = self._bound("encrypt", "ciphertext", {"plaintext": _text(root)}, context=context).encode()
        if not wrapped.startswith(_PREFIX):
            raise self._unreadable(context)
        return wrapped

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if the service refuses or does not answer as it should in time.
        """
        if not wrapped.startswith(_PREFIX) or not wrapped.isascii():
            reason, remedy = "its root was not wrapped by transit", "restore the key file"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        plaintext = self._bound("decrypt", "plaintext", {"ciphertext": wrapped.decode("ascii")}, context=context)
        return self._bytes(plaintext, context)

    def mac(self, message: bytes, *, key: MacKey, context: WrappingContext) -> bytes:
        """Return the MAC, by the version of the key that is named.

        Raise KeyUnavailableError if the service refuses or does not answer as it should in time.
        """
        said = _text(mac_input(message, context=context))
        asked: dict[str, str | int] = {"input": said, "key_version": key.version}
        path = f"hmac/{quote(key.name, safe='')}/sha2-256"
        answered = self._call(path, "hmac", asked, context=context, refusals=_REFUSALS_OF_MACS)
        prefix = f"vault:v{key.version}:"
        if not answered.startswith(prefix):
            raise self._unreadable(context)
        made = self._bytes(answered.removeprefix(prefix), context)
        return require_mac(made, provider=self.name, context=context)

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless the service wraps, unwraps and holds each root to its key."""
        probe(self)

    def _bound(self, operation: str, wanted: str, document: Mapping[str, str], *, context: WrappingContext) -> str:
        bound = {**document, "associated_data": _text(context.associated_data())}
        return self._call(f"{operation}/{self._settings.transit_key}", wanted, bound, context=context)

    def _call(
        self,
        path: str,
        wanted: str,
        document: Mapping[str, str | int],
        *,
        context: WrappingContext,
        refusals: Refusals = _REFUSALS,
    ) -> str:
        settings = self._settings
        headers = {"X-Vault-Token": environment_secret(settings.transit_token), "X-Vault-Request": "true"}
        if settings.transit_namespace:
            headers["X-Vault-Namespace"] = settings.transit_namespace
        base = settings.transit_address.rstrip("/")
        try:
            answer = post_json(
                f"{base}/v1/{settings.transit_mount}/{path}",
                document,
                headers=headers,
                timeout=settings.provider_timeout,
                ca_file=settings.transit_ca_file,
            )
        except CallFailedError as failure:
            remedy = f"see that {base} answers; transit_address in HARDENING_KEYS names it"
            raise unavailable(self.name, context=context, reason=str(failure), remedy=remedy) from None
        return self._value(answer, wanted, context=context, refusals=refusals)

    def _value(self, answer: Answer, wanted: str, *, context: WrappingContext, refusals: Refusals) -> str:
        if answer.status in _REDIRECTS:
            # Following it would carry the token to an address of the answerer's choice.
            reason, remedy = "the service redirects, which is not followed", "name the active node's own address"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        if answer.status != _OK:
            other = (f"the service answers with status {answer.status}", "look into its log")
            reason, remedy = refusals.get(answer.status, other)
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        data = answer.document.get("data")
        value = data.get(wanted) if isinstance(data, dict) else None
        if not isinstance(value, str) or not value.isascii():
            raise self._unreadable(context)
        return value

    def _bytes(self, text: str, context: WrappingContext) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self._unreadable(context) from None

    def _unreadable(self, context: WrappingContext) -> Exception:
        reason, remedy = "the answer is not transit's", "see what listens at transit_address"
        return unavailable(self.name, context=context, reason=reason, remedy=remedy)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
