from collections.abc import Iterator

import pytest

from tests.encryption.broker.installation import Broker, Installation, installation


@pytest.fixture(scope="package")
def portal() -> Iterator[Installation]:
    with installation() as made:
        yield made


@pytest.fixture(scope="package")
def broker(portal: Installation) -> Iterator[Broker]:
    """A broker whose caps no test of the contract reaches."""
    with portal.broker(
        "wide", broker_people=100_000, broker_people_per_actor=50_000, broker_indexed_seals_per_minute=100_000
    ) as running:
        yield running
