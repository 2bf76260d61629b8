"""The ciphers of both suites against the cases that Project Wycheproof collects of known defects."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from hardening.encryption.envelope import Cipher, Suite
from hardening.encryption.operations import CIPHERS

SUITES = json.loads((Path(__file__).parents[1] / "vectors/wycheproof.json").read_text(encoding="utf-8"))["suites"]


def cases(result: str) -> list[Any]:
    return [
        pytest.param(Suite[suite], vector, id=f"{suite}-{vector['tcId']}-{vector['comment']}")
        for suite, vectors in SUITES.items()
        for vector in vectors
        if vector["result"] == result
    ]


def parts(suite: Suite, vector: dict[str, str]) -> tuple[Cipher, bytes, bytes, bytes, bytes]:
    key, nonce, beside, plaintext = (bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg"))
    return CIPHERS[suite](key), nonce, beside, plaintext, bytes.fromhex(vector["ct"] + vector["tag"])


@pytest.mark.parametrize(("suite", "vector"), cases("valid"))
def test_both_suites_give_the_known_answer_also_for_empty_parts(suite: Suite, vector: dict[str, str]) -> None:
    """C19: some releases of libraries mishandled an empty plaintext or empty associated data."""
    cipher, nonce, beside, plaintext, sealed = parts(suite, vector)

    assert cipher.encrypt(nonce, plaintext, beside) == sealed
    assert cipher.decrypt(nonce, sealed, beside) == plaintext


@pytest.mark.parametrize(("suite", "vector"), cases("invalid"))
def test_what_was_altered_does_not_open(suite: Suite, vector: dict[str, str]) -> None:
    cipher, nonce, beside, _, sealed = parts(suite, vector)

    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, beside)


def test_the_cases_of_both_suites_are_all_there() -> None:
    assert {suite: len(vectors) for suite, vectors in SUITES.items()} == {"AES_256_GCM": 66, "AES_256_GCM_SIV": 103}
