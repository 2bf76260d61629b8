"""Whether a provider does what is relied on, tried with a root that nothing is sealed under."""

import os

from hardening.errors import KeyUnavailableError
from hardening.keys.derivation import ROOT_BYTES
from hardening.keys.providers.protocol import WrappingContext, WrappingProvider

PROBE = WrappingContext(keyset="probe", key_id=0)
"""No key has id 0, so what the probe wraps stands for no key."""
ELSEWHERE = WrappingContext(keyset="probe", key_id=0x8000)


def probe(provider: WrappingProvider) -> None:
    """Raise KeyUnavailableError unless ``provider`` wraps a root, opens it, and refuses it to another key.

    A service that ignores the context would let whoever writes the key file exchange two roots.
    """
    root = os.urandom(ROOT_BYTES)
    wrapped = provider.wrap(root, context=PROBE)
    if _opens_elsewhere(provider, wrapped):
        raise KeyUnavailableError(f"provider {provider.name!r} ignores the context: it opens the root of another key")
    # Last, so that a service which failed in between is not taken for one that refuses.
    if provider.unwrap(wrapped, context=PROBE) != root:
        raise KeyUnavailableError(f"provider {provider.name!r} does not give back the root that it wrapped")


def _opens_elsewhere(provider: WrappingProvider, wrapped: bytes) -> bool:
    try:
        provider.unwrap(wrapped, context=ELSEWHERE)
    except KeyUnavailableError:
        return False
    return True
