"""What every test shares."""

import pytest

from hardening.keys.conf import KeysSettings
from hardening.keys.ring import KeyRing
from tests.servers import run


def pytest_report_header() -> str:
    return f"servers: {run.current().described}"


@pytest.fixture(scope="session", autouse=True)
def key_ring() -> KeyRing:
    """The run's own keys: one file for all its processes, known to every database that a test empties."""
    from hardening.keys.testing import prepare_keys  # noqa: PLC0415 - models need the app registry

    return prepare_keys(KeysSettings.load().path())
