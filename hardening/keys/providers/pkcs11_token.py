"""A PKCS#11 token (an HSM): roots are wrapped by a key that never leaves it; needs ``hardening[pkcs11]``."""

import os
from collections.abc import Callable
from typing import Any, ClassVar

from hardening.keys.conf import KeysSettings
from hardening.keys.providers.bounded_call import CallFailedError
from hardening.keys.providers.bounded_thread import OneAtATime
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.providers.probe import probe
from hardening.keys.providers.protocol import MacKey, WrappingContext, mac_input, require_mac, unavailable

_NONCE_BYTES = 12
_TAG_BITS = 128
_ALTERED = "restore the key file, if its root was altered or wrapped under another key or for another key id"
_USES = "allow the key to encrypt and decrypt (CKA_ENCRYPT, CKA_DECRYPT), one for MACs to sign (CKA_SIGN)"
_REMEDIES = {
    "ArgumentsBad": _ALTERED,
    "AttributeError": _USES,
    "EncryptedDataInvalid": _ALTERED,
    "EncryptedDataLenRange": _ALTERED,
    "GeneralError": _ALTERED,
    "KeyFunctionNotPermitted": _USES,
    "MechanismInvalid": "use a token that offers AES-GCM (CKM_AES_GCM), for MACs HMAC (CKM_SHA256_HMAC)",
    "NoSuchToken": "correct pkcs11_token, or connect the token",
    "PinIncorrect": "correct the PIN before the token locks",
    "PinLocked": "let the security officer of the token set a new PIN",
}
_OTHERWISE = "see that pkcs11_module is the vendor's library and that the token is there"
# Login and logout are those of the whole process: a second thread must not find itself logged out in between.
_TOKEN = OneAtATime()
os.register_at_fork(after_in_child=_TOKEN.forget)


class Pkcs11Provider:
    """``pkcs11``: AES-GCM in the token, under the secret AES key of one label.

    The vendor's module runs in a thread that is waited for as long as for any other provider. A token that hangs
    keeps that thread, which cannot be killed, and is not asked again in this process until it lets it go. A worker
    that was forked meanwhile may have to be restarted: it inherits the module's own locks.
    """

    name: ClassVar[str] = "pkcs11"

    _initialised_in = os.getpid()

    def __init__(self, settings: KeysSettings) -> None:
        self._settings = settings

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:
        """Return nonce and sealed root.

        Raise KeyUnavailableError if the token refuses, is not there or does not answer in time.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._with_aes(context, lambda key: key.encrypt(root, **self._mechanism(nonce, context)))

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if the token refuses, is not there or does not answer in time.
        """
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        if len(sealed) <= _TAG_BITS // 8:
            reason, remedy = "its root was not wrapped by this provider", "restore the key file"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        return self._with_aes(context, lambda key: key.decrypt(sealed, **self._mechanism(nonce, context)))

    def mac(self, message: bytes, *, key: MacKey, context: WrappingContext) -> bytes:
        """Return the MAC of the token's generic secret key of this label, which has no versions.

        Raise KeyUnavailableError if the token refuses, is not there or does not answer in time.
        """
        from pkcs11 import KeyType, Mechanism  # noqa: PLC0415 - an optional package

        said = mac_input(message, context=context)
        made = self._with_key(
            context,
            lambda secret: secret.sign(said, mechanism=Mechanism.SHA256_HMAC),
            label=key.name,
            kind=KeyType.GENERIC_SECRET,
        )
        return require_mac(made, provider=self.name, context=context)

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless the token wraps, unwraps and holds each root to its key."""
        probe(self)

    def _with_aes(self, context: WrappingContext, use: Callable[[Any], bytes]) -> bytes:
        from pkcs11 import KeyType  # noqa: PLC0415 - an optional package

        return self._with_key(context, use, label=self._settings.pkcs11_key, kind=KeyType.AES)

    def _with_key(self, context: WrappingContext, use: Callable[[Any], bytes], *, label: str, kind: Any) -> bytes:  # noqa: ANN401
        """Lend the token's key, logged in; every error of the token becomes ours."""
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415 - an optional package

        pin = environment_secret(self._settings.pkcs11_pin)

        def work() -> bytes:
            with self._token().open(user_pin=pin) as session:
                return bytes(use(self._only_key(session, context, label=label, kind=kind)))

        try:
            return _TOKEN.run(work, timeout=self._settings.provider_timeout)
        except CallFailedError as failure:
            Pkcs11Provider._initialised_in = 0
            remedy = "see that the token answers, then restart this process if it still waits for it"
            raise unavailable(self.name, context=context, reason=str(failure), remedy=remedy) from None
        # A key without the right to encrypt has no such attribute; a module that is no library is an OSError.
        except (PKCS11Error, AttributeError, RuntimeError, OSError) as error:
            kind = type(error).__name__
            remedy, reason = _REMEDIES.get(kind, _OTHERWISE), f"the token refuses ({kind})"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy) from None

    def _only_key(self, session: Any, context: WrappingContext, *, label: str, kind: Any) -> Any:  # noqa: ANN401 - an untyped package
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415 - an optional package

        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: kind, Attribute.LABEL: label}
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            # One of two keys of a label would open some roots and not others, by the order of the token.
            reason = f"the token has {len(found)} {kind.name} keys of the label instead of one"
            remedy = "correct the label (pkcs11_key for roots), restore the key, or give it a label of its own"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        return found[0]

    def _token(self) -> Any:  # noqa: ANN401 - an untyped package
        import pkcs11  # noqa: PLC0415 - an optional package

        library = pkcs11.lib(self._settings.pkcs11_module)
        if Pkcs11Provider._initialised_in != os.getpid():
            # A forked process inherits a module that believes itself initialised, and must not use it so; one that
            # hung may have lost its tokens. Said first: whoever gives up on this very call takes it back.
            Pkcs11Provider._initialised_in = os.getpid()
            try:
                library.reinitialize()
            except BaseException:
                Pkcs11Provider._initialised_in = 0
                raise
        return library.get_token(token_label=self._settings.pkcs11_token)

    def _mechanism(self, nonce: bytes, context: WrappingContext) -> dict[str, Any]:
        from pkcs11 import GCMParams, Mechanism  # noqa: PLC0415 - an optional package

        parameters = GCMParams(nonce, context.associated_data(), _TAG_BITS)
        return {"mechanism": Mechanism.AES_GCM, "mechanism_param": parameters}
