"""A PKCS#11 token (an HSM): roots are wrapped by a key that never leaves it; needs ``hardening[pkcs11]``."""

import os
from collections.abc import Callable
from typing import Any, ClassVar

from hardening.keys.conf import KeysSettings
from hardening.keys.providers.bounded_call import CallFailedError
from hardening.keys.providers.bounded_thread import OneAtATime
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.providers.probe import probe
from hardening.keys.providers.protocol import WrappingContext, unavailable

_NONCE_BYTES = 12
_TAG_BITS = 128
_ALTERED = "restore the key file, if its root was altered or wrapped under another key or for another key id"
_USES = "allow the key to encrypt and decrypt (CKA_ENCRYPT, CKA_DECRYPT)"
_REMEDIES = {
    "ArgumentsBad": _ALTERED,
    "AttributeError": _USES,
    "EncryptedDataInvalid": _ALTERED,
    "EncryptedDataLenRange": _ALTERED,
    "GeneralError": _ALTERED,
    "KeyFunctionNotPermitted": _USES,
    "MechanismInvalid": "use a token that offers AES-GCM (CKM_AES_GCM)",
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
        return nonce + self._with_key(context, lambda key: key.encrypt(root, **self._mechanism(nonce, context)))

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if the token refuses, is not there or does not answer in time.
        """
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        if len(sealed) <= _TAG_BITS // 8:
            reason, remedy = "its root was not wrapped by this provider", "restore the key file"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy)
        return self._with_key(context, lambda key: key.decrypt(sealed, **self._mechanism(nonce, context)))

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless the token wraps, unwraps and holds each root to its key."""
        probe(self)

    def _with_key(self, context: WrappingContext, use: Callable[[Any], bytes]) -> bytes:
        """Lend the token's key, logged in; every error of the token becomes ours."""
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415 - an optional package

        pin = environment_secret(self._settings.pkcs11_pin)

        def work() -> bytes:
            with self._token().open(user_pin=pin) as session:
                return bytes(use(self._only_key(session, context)))

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

    def _only_key(self, session: Any, context: WrappingContext) -> Any:  # noqa: ANN401 - an untyped package
        from pkcs11 import Attribute, KeyType, ObjectClass  # noqa: PLC0415 - an optional package

        wanted = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
            Attribute.LABEL: self._settings.pkcs11_key,
        }
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            # One of two keys of a label would open some roots and not others, by the order of the token.
            reason = f"the token has {len(found)} AES keys of the label instead of one"
            remedy = "correct pkcs11_key, restore the key, or give it a label of its own"
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
