"""What every provider has to do, as tests that each provider's module runs against its own."""

import base64
import json

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.key_file import Key, dump_keys, load_keys
from hardening.keys.providers.protocol import WrappingContext, WrappingProvider
from hardening.keys.testing import fresh_keys

ROOT = bytes(range(32))
NIR_KEY = WrappingContext(keyset="encryption", key_id=1)
KEYS = fresh_keys()


def refusal(provider: WrappingProvider, wrapped: bytes, *, context: WrappingContext = NIR_KEY) -> str:
    """Return what unwrapping says when it is refused, as it must be."""
    with pytest.raises(KeyUnavailableError) as refused:
        provider.unwrap(wrapped, context=context)
    return require_silent(refused.value)


def require_silent(error: KeyUnavailableError) -> str:
    """Return the message; what it holds and what Python would print of its causes names no root (C14)."""
    text = str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert not any(spelt in text for spelt in (ROOT.hex(), base64.b64encode(ROOT).decode(), repr(ROOT)))
    return text


class KeyFileContract:
    """The key file with this provider's roots."""

    def test_a_file_that_was_written_is_read_back_whole(self, provider: WrappingProvider) -> None:
        assert load_keys(dump_keys(KEYS, provider=provider), provider=provider) == KEYS

    def test_c3_two_roots_that_were_exchanged_open_nothing(self, provider: WrappingProvider) -> None:
        document = json.loads(dump_keys(KEYS, provider=provider))
        first, second = document["keys"][:2]
        first["root"], second["root"] = second["root"], first["root"]

        with pytest.raises(KeyUnavailableError, match="key 1"):
            load_keys(json.dumps(document), provider=provider)

    def test_c3_a_root_of_which_a_bit_was_changed_is_refused(self, provider: WrappingProvider) -> None:
        document = json.loads(dump_keys(KEYS, provider=provider))
        wrapped = bytearray(base64.b64decode(document["keys"][2]["root"]))
        wrapped[-3] ^= 1
        document["keys"][2]["root"] = base64.b64encode(wrapped).decode()

        with pytest.raises(KeyUnavailableError, match="key 3"):
            load_keys(json.dumps(document), provider=provider)

    def test_a_file_of_another_provider_is_refused(self, provider: WrappingProvider) -> None:
        document = json.loads(dump_keys(KEYS, provider=provider)) | {"provider": "paper"}

        with pytest.raises(KeyUnavailableError, match=f"not of provider '{provider.name}'"):
            load_keys(json.dumps(document), provider=provider)

    def test_the_provider_is_found_healthy(self, provider: WrappingProvider) -> None:
        provider.healthcheck()


class WrappingContract(KeyFileContract):
    """A provider that wraps: without it the file is worth nothing."""

    def test_the_file_holds_no_root(self, provider: WrappingProvider) -> None:
        text = dump_keys(KEYS, provider=provider)

        assert not any(holds(text, key) for key in KEYS)

    def test_one_root_is_never_wrapped_to_the_same_bytes(self, provider: WrappingProvider) -> None:
        once, again = (provider.wrap(ROOT, context=NIR_KEY) for _ in range(2))

        assert once != again
        assert provider.unwrap(once, context=NIR_KEY) == provider.unwrap(again, context=NIR_KEY) == ROOT

    @pytest.mark.parametrize(
        "context", [WrappingContext(keyset="encryption", key_id=2), WrappingContext(keyset="index", key_id=1)], ids=repr
    )
    def test_a_root_opens_for_its_own_key_alone(self, provider: WrappingProvider, context: WrappingContext) -> None:
        wrapped = provider.wrap(ROOT, context=NIR_KEY)

        said = refusal(provider, wrapped, context=context)

        assert f"key {context.key_id} ({context.keyset}), provider '{provider.name}'" in said

    @pytest.mark.parametrize("place", [-1, -17, -30])
    def test_c3_an_altered_root_is_refused(self, provider: WrappingProvider, place: int) -> None:
        wrapped = bytearray(provider.wrap(ROOT, context=NIR_KEY))
        wrapped[place] ^= 1

        assert "key 1" in refusal(provider, bytes(wrapped))

    @pytest.mark.parametrize("wrapped", [b"", b"x", ROOT, b"\xff" * 60, b"vault:v1:"], ids=repr)
    def test_what_it_never_wrapped_is_refused(self, provider: WrappingProvider, wrapped: bytes) -> None:
        assert f"provider '{provider.name}'" in refusal(provider, wrapped)


def holds(text: str, key: Key) -> bool:
    """Tell whether a text shows the root of ``key``."""
    return key.root.hex() in text or base64.b64encode(key.root).decode() in text
