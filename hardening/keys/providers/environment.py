"""Roots wrapped under a key that the environment carries: neither the file nor the environment opens them alone."""

import base64
import binascii
import os
from functools import cached_property
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hardening.errors import KeyUnavailableError
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.providers.probe import probe
from hardening.keys.providers.protocol import WrappingContext, unavailable

_KEY_BYTES = 32
_NONCE_BYTES = 12


class EnvironmentProvider:
    """``environment``: AES-256-GCM under 32 bytes in base64 from ``NAME`` or ``NAME_FILE``."""

    name: ClassVar[str] = "environment"

    def __init__(self, *, variable: str) -> None:
        self._variable = variable

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:
        """Return nonce and sealed root.

        Raise KeyUnavailableError if the environment carries no usable key.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, root, context.associated_data())

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if it was wrapped under another key or for another key id, or altered.
        """
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, sealed, context.associated_data())
        except (InvalidTag, ValueError):
            remedy = f"give {self._variable} the value it had, or restore the key file"
            reason = "its root does not open"
            raise unavailable(self.name, context=context, reason=reason, remedy=remedy) from None

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless the environment carries a key that wraps and unwraps."""
        probe(self)

    @cached_property
    def _cipher(self) -> AESGCM:
        try:
            key = base64.b64decode(environment_secret(self._variable), validate=True)
        except binascii.Error:
            raise KeyUnavailableError(f"{self._variable} is not base64") from None
        if len(key) != _KEY_BYTES:
            raise KeyUnavailableError(f"{self._variable} has {len(key)} bytes instead of {_KEY_BYTES}")
        return AESGCM(key)
