"""What every wrapping provider is: something that closes a root for one key id, and opens it for no other."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from hardening.errors import KeyUnavailableError
from hardening.keys.framing import framed

_VERSION = "hardening root v1"


@dataclass(frozen=True, kw_only=True)
class WrappingContext:
    """The key that a root belongs to. A wrapped root opens for its own key id and keyset alone."""

    keyset: str
    key_id: int

    def associated_data(self) -> bytes:
        """Return the bytes that are authenticated with the root."""
        return framed(_VERSION, self.keyset, self.key_id.to_bytes(2, "big"))


class WrappingProvider(Protocol):
    """Closes and opens roots. Nothing is retried and nothing is answered from memory: it works or it raises."""

    name: ClassVar[str]
    """What the key file calls it."""

    def wrap(self, root: bytes, *, context: WrappingContext) -> bytes:
        """Return ``root`` closed for one key.

        Raise KeyUnavailableError if the provider does not do it.
        """

    def unwrap(self, wrapped: bytes, *, context: WrappingContext) -> bytes:
        """Return the root.

        Raise KeyUnavailableError if the provider does not answer, or if this is not what it closed for this key.
        """

    def healthcheck(self) -> None:
        """Raise KeyUnavailableError unless a root can be closed, opened again, and opened for no other key."""


def unavailable(provider: str, *, context: WrappingContext, reason: str, remedy: str) -> KeyUnavailableError:
    """Return the error that names provider, key, what happened and what to do; never a value or a token."""
    return KeyUnavailableError(f"key {context.key_id} ({context.keyset}), provider {provider!r}: {reason}; {remedy}")
