"""What every wrapping provider is: something that closes a root for one key id, and opens it for no other."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from hardening.errors import KeyUnavailableError
from hardening.keys.framing import framed

_VERSION = "hardening root v1"
_MAC_VERSION = "hardening mac v1"
MAC_BYTES = 32
"""HMAC-SHA-256, whoever makes it."""


@dataclass(frozen=True, kw_only=True)
class WrappingContext:
    """The key that a root belongs to. A wrapped root opens for its own key id and keyset alone."""

    keyset: str
    key_id: int

    def associated_data(self) -> bytes:
        """Return the bytes that are authenticated with the root."""
        return framed(_VERSION, self.keyset, self.key_id.to_bytes(2, "big"))


@dataclass(frozen=True, kw_only=True)
class MacKey:
    """A key of the provider that makes MACs, and is none of those that wrap roots."""

    name: str
    """Name, id or label, as the provider finds it."""
    version: int = 1
    """``transit``: which version, for good; the newest would be another key after each rotation of the service."""


class MacProvider(Protocol):
    """Makes MACs under a key that never leaves it; a provider may do this too. It works or it raises."""

    def mac(self, message: bytes, *, key: MacKey, context: WrappingContext) -> bytes:
        """Return HMAC-SHA-256 (32 bytes) of ``mac_input(message, context=context)``: the same for good.

        Whoever keeps the provider's log must not guess messages from it: give it keyed digests, not values.

        Raise KeyUnavailableError if the provider does not make it in time.
        """


def mac_input(message: bytes, *, context: WrappingContext) -> bytes:
    """Return what is put to the provider: a message of one key of the ring is that of no other.

    Raise OverflowError for a message of 64 KiB or more.
    """
    return framed(_MAC_VERSION, context.keyset, context.key_id.to_bytes(2, "big"), message)


def require_mac(made: bytes, *, provider: str, context: WrappingContext) -> bytes:
    """Return what the provider made, or raise KeyUnavailableError if it has another length: a cut MAC is guessed."""
    if len(made) != MAC_BYTES:
        reason, remedy = f"its MAC has {len(made)} bytes instead of {MAC_BYTES}", "use a key for HMAC-SHA-256"
        raise unavailable(provider, context=context, reason=reason, remedy=remedy)
    return made


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
