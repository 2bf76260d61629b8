"""What every provider has to do that makes MACs, as tests that each provider's module runs against its own."""

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.providers.protocol import MAC_BYTES, MacKey, MacProvider, WrappingContext
from tests.keys.providers.contract import require_silent

MESSAGE = bytes(range(64, 96))
INDEX_KEY = WrappingContext(keyset="index", key_id=2)


def mac_refusal(provider: MacProvider, key: MacKey) -> str:
    """Return what is said when no MAC is made, as it must be: never what it was asked for."""
    with pytest.raises(KeyUnavailableError, match=r"key 2 \(index\)") as refused:
        provider.mac(MESSAGE, key=key, context=INDEX_KEY)
    assert MESSAGE.hex() not in str(refused.value)
    return require_silent(refused.value)


class MacContract:
    """A provider with two MAC keys."""

    def test_a_mac_is_the_same_each_time(self, provider: MacProvider, mac_key: MacKey) -> None:
        made = {provider.mac(MESSAGE, key=mac_key, context=INDEX_KEY) for _ in range(3)}

        assert [len(mac) for mac in made] == [MAC_BYTES]

    def test_another_message_keyset_key_or_key_of_the_provider_has_another_mac(
        self, provider: MacProvider, mac_key: MacKey, other_mac_key: MacKey
    ) -> None:
        contexts = [INDEX_KEY, WrappingContext(keyset="index", key_id=3), WrappingContext(keyset="digest", key_id=2)]
        made = {
            provider.mac(message, key=key, context=context)
            for message in (MESSAGE, MESSAGE + b"\0", b"")
            for key in (mac_key, other_mac_key)
            for context in contexts
        }

        assert len(made) == 18

    def test_a_mac_key_that_does_not_exist_makes_none(self, provider: MacProvider) -> None:
        assert mac_refusal(provider, MacKey(name="11111111-2222-3333-4444-555555555555"))

    def test_a_key_that_wraps_roots_makes_none_unless_the_service_keeps_one_apart(
        self, provider: MacProvider, wrapping_key: MacKey | None
    ) -> None:
        assert wrapping_key is None or mac_refusal(provider, wrapping_key)
