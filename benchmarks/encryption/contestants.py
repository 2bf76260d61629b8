"""Who takes part, by name: the module of its model, and what its documentation asks of the settings."""

from collections.abc import Mapping
from dataclasses import dataclass

PLAIN, SEALED, OPENED, FLOOR = "plain", "sealed", "encrypted", "floor"
"""A CharField; our field behind the gate; our field that opens on access; the primitives with no field around them."""

PEERS: Mapping[str, str] = {
    "fernet": "django-fernet-encrypted-fields",
    "encrypted_model": "django-encrypted-model-fields",
    "tink": "django-tink-fields",
    "tink_deterministic": "django-tink-fields, deterministic",
    "searchable": "django-searchable-encrypted-fields",
    "secured": "django-secured-fields",
}

IN_TRANSIT = "in_transit"
"""Both columns in one table; it takes part at scale alone, where a column is sealed in place."""

TABLES = (PLAIN, SEALED, OPENED, *PEERS)
"""Contestants that have a table."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run of one step: CPU and wall time of the whole step, how many values, and each value's time if apart."""

    cpu: float = 0.0
    """Seconds of this process on the CPU; the server's are its own."""
    wall: float = 0.0
    """Seconds."""
    count: int = 1
    each: tuple[float, ...] = ()
    """Seconds of wall time of each look-up."""
    size: float = 0.0
    """Bytes a row, of table and indexes."""
    like_size: float = 0.0
    """Bytes a row, of the index for LIKE alone."""

    @property
    def microseconds(self) -> float:
        """CPU microseconds for one value."""
        return self.cpu / self.count * 1e6
