import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.keys.derivation import check_value, derive_key, opens_canary, seal_canary

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/keys.json").read_text(encoding="utf-8"))
ROOT = bytes(range(32))
NAMES = st.tuples(st.text(max_size=8), st.text(max_size=8), st.integers(1, 32767))


@pytest.mark.parametrize("vector", VECTORS["derived"])
def test_the_derivation_is_frozen(vector: dict[str, Any]) -> None:
    derived = derive_key(
        bytes.fromhex(vector["root"]), key_id=vector["key_id"], purpose=vector["purpose"], context=vector["context"]
    )

    assert derived.hex() == vector["key"]


@pytest.mark.parametrize("vector", VECTORS["checks"])
def test_the_check_value_is_frozen(vector: dict[str, Any]) -> None:
    root = bytes.fromhex(vector["root"])

    assert check_value(root, key_id=vector["key_id"], keyset=vector["keyset"]) == vector["check"]


@given(NAMES, NAMES)
def test_two_purposes_contexts_or_ids_never_share_a_key(first: Any, second: Any) -> None:
    keys = [
        derive_key(ROOT, key_id=key_id, purpose=purpose, context=context)
        for purpose, context, key_id in (first, second)
    ]

    assert (keys[0] == keys[1]) == (first == second)


def test_a_canary_opens_under_its_own_key_only() -> None:
    canary = seal_canary(ROOT, key_id=5, keyset="digest")

    assert opens_canary(canary, ROOT, key_id=5, keyset="digest")
    assert not opens_canary(canary, bytes(32), key_id=5, keyset="digest")
    assert not opens_canary(canary, ROOT, key_id=6, keyset="digest")
    assert not opens_canary(canary, ROOT, key_id=5, keyset="pepper")
    for position in range(len(canary)):
        altered = bytearray(canary)
        altered[position] ^= 1
        assert not opens_canary(bytes(altered), ROOT, key_id=5, keyset="digest")
    assert not opens_canary(b"", ROOT, key_id=5, keyset="digest")
