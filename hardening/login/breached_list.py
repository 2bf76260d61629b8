"""A list of leaked passwords as sorted digests: searched where it lies, in the time of thirty reads, offline."""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from mmap import mmap

MAGIC = b"hbreach1"
"""First record of a file: of the size of a digest, so that the others stay in step."""
SIZE = len(MAGIC)
"""Of a billion digests of 64 bits, one good password in eighteen billion is refused by mistake."""


class NoBreachedListError(ValueError):
    """The file is no list that ``breached_file`` wrote, or was cut short."""


def digest_of(password: str) -> bytes:
    """Return what stands in a list for this password. Without a key: a list of leaked passwords is no secret."""
    # NFKC, as passwords are hashed: one password, however the keyboard composed it.
    normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return sha256(normal).digest()[:SIZE]


class BreachedList:
    """Whether a password stands in sorted digests, in memory or mapped from a file."""

    def __init__(self, digests: bytes | mmap) -> None:
        """Take what ``packed`` or ``breached_file.write_list`` made. Raise NoBreachedListError for anything else."""
        if digests[:SIZE] != MAGIC or len(digests) % SIZE:
            raise NoBreachedListError("no list of breached passwords, or one cut short")
        self._digests = digests

    def __len__(self) -> int:
        return len(self._digests) // SIZE - 1

    def __contains__(self, password: str) -> bool:
        wanted, low, high = digest_of(password), 1, len(self._digests) // SIZE
        while low < high:
            middle = (low + high) // 2
            found = self._digests[middle * SIZE : (middle + 1) * SIZE]
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False


def packed(passwords: Iterable[str]) -> bytes:
    """Return a list held in memory, for a few thousand passwords."""
    return MAGIC + b"".join(sorted(set(map(digest_of, passwords))))
