"""The operations of fields, done by the key broker: this process holds no key."""

from hardening.encryption.operations import Place
from hardening.keys.broker.client import BrokerClient
from hardening.keys.broker.frames import Op


class BrokerOperations:
    """Seal, open, index over a socket; threads and forked workers share it.

    Each raises KeyUnavailableError if the broker does not answer in time or in its language, BrokerBudgetError if
    it opens no more for whoever acts.
    """

    def __init__(self, client: BrokerClient) -> None:
        self.client = client

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normal: bytes | None) -> bytes:
        """Return the blob of ``plaintext`` under the broker's primary key."""
        indexed = () if normal is None else (normal,)
        return self.client.ask(Op.SEAL, *_named(place), binding, plaintext, *indexed)

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext; the row counts as a person, once within the window."""
        return self.client.ask(Op.OPEN, *_named(place), binding, blob)

    def index(self, normal: bytes, *, place: Place) -> bytes:
        """Return the blind index; a question not put before within the window counts as a miss."""
        return self.client.ask(Op.INDEX, *_named(place), normal)


def _named(place: Place) -> tuple[bytes, bytes, bytes, bytes]:
    return (
        place.field_id.encode(),
        str(int(place.suite)).encode(),
        str(int(place.flags)).encode(),
        place.index_domain.encode(),
    )
