"""The operations of fields, done by the key broker: this process holds no key."""

from hardening.encryption.envelope import INDEX_BYTES
from hardening.encryption.operations import Place
from hardening.keys.broker.client import BrokerClient
from hardening.keys.broker.frames import LAST, Op

DOMAIN_END = "\x00"
"""Between the index domains of a place; no domain has one."""


class BrokerOperations:
    """Seal, open, index over a socket; threads and forked workers share it.

    Each raises KeyUnavailableError if the broker does not answer in time or in its language, BrokerBudgetError if
    it opens no more for whoever acts.
    """

    def __init__(self, client: BrokerClient) -> None:
        self.client = client

    def seal(self, plaintext: bytes, *, place: Place, binding: bytes, normals: tuple[bytes, ...] = ()) -> bytes:
        """Return the blob of ``plaintext`` under the broker's primary key."""
        return self.client.ask(Op.SEAL, *_named(place), binding, plaintext, *normals)

    def open(self, blob: bytes, *, place: Place, binding: bytes) -> bytes:
        """Return the plaintext; the row counts as a person, once within the window."""
        return self.client.ask(Op.OPEN, *_named(place), binding, blob)

    def indexes(self, normal: bytes, *, place: Place, slot: int = 0) -> tuple[bytes, ...]:
        """Return the blind indexes to look for; a question not put before within the window counts as a miss."""
        indexes = self.client.ask(Op.INDEX, *_named(place), normal, bytes((slot,)))
        return tuple(indexes[at : at + INDEX_BYTES] for at in range(0, len(indexes), INDEX_BYTES))

    def head(self, place: Place) -> bytes:
        """Return the header that a value sealed now gets."""
        return self.client.ask(Op.HEAD, *_named(place))

    def is_last_compared(self) -> bool:
        """Tell whether columns are compared by the last index of each value."""
        return self.client.ask(Op.COMPARED) == LAST


def _named(place: Place) -> tuple[bytes, bytes, bytes, bytes]:
    return (
        place.field_id.encode(),
        str(int(place.suite)).encode(),
        str(int(place.flags)).encode(),
        DOMAIN_END.join(place.index_domains).encode(),
    )
