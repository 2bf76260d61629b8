"""Two fields of one model, and how a test seals and opens in them."""

import os

from hardening.encryption.envelope import Flag, Suite
from hardening.encryption.operations import Operations, Place

NIR = Place("coverage.beneficiary.nir", Suite.AES_256_GCM, Flag.INDEX, ("coverage.beneficiary.nir/nir.1",))
NIR_AND_PARTS = Place(
    "coverage.beneficiary.nir",
    Suite.AES_256_GCM,
    Flag.INDEX | Flag.TWO_PARTS,
    tuple(f"coverage.beneficiary.nir/{made_of}" for made_of in ("nir.1", "nir.birth_year.1", "nir.birth_month.1")),
)
NAME = Place("coverage.beneficiary.name", Suite.AES_256_GCM_SIV, Flag(0))
CITY = Place("coverage.beneficiary.city", Suite.AES_256_GCM, Flag.INDEX, ("coverage.beneficiary.city/text.1",))
ROW = b"row"
PLAIN = b"\x01253079907300470"
NORMAL = b"253079907300470"


def sealed(by: Operations, place: Place = NIR, *, row: bytes = ROW) -> bytes:
    return by.seal(PLAIN, place=place, binding=row, normals=(NORMAL,) if place.flags else ())


def rows(by: Operations, count: int) -> list[tuple[bytes, bytes]]:
    """Return blobs of as many new rows, each with its row."""
    bindings = [os.urandom(16) for _ in range(count)]
    return [(sealed(by, row=binding), binding) for binding in bindings]
