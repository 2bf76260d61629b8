"""Roots in clear, which the check values alone hold to their keys."""

import pytest

from hardening.keys.providers.clear import ClearProvider
from tests.keys.providers.contract import KeyFileContract


@pytest.fixture
def provider() -> ClearProvider:
    return ClearProvider()


class TestClear(KeyFileContract):
    """The part of the contract that a file in clear can keep."""
