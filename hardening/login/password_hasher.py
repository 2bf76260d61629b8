"""Passwords at rest: argon2id over a keyed pre-hash, so that a stolen table cannot even be guessed at."""

import base64
import unicodedata
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from hardening.errors import KeyUnavailableError
from hardening.keys.macs import macs

KEYSET = "pepper"


class PepperedArgon2PasswordHasher(Argon2PasswordHasher):
    """``peppered_argon2$<key id>$argon2id$v=19$…``: the PHC string of argon2id, behind the id of the pepper key.

    The password goes through HMAC-SHA-256 under the pepper key first. Without that key, which is not in the database,
    the fastest machine tests no guess at all; with it, each costs an argon2id. A hash made under an older pepper key
    still verifies, and is renewed at the next login.
    """

    algorithm = "peppered_argon2"

    # RFC 9106, second recommended option: 64 MiB a hash lets 32 simultaneous logins fit in 2 GiB.
    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 4

    def encode(self, password: str, salt: str) -> str:
        """Return the string to store, under the primary pepper key."""
        return self._encode(password, salt, key_id=macs().primary_id(KEYSET))

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether the password is the stored one.

        A pepper key that was destroyed makes that unknowable: the answer is then no, at the price of a hash.
        """
        key_id, phc = _split(encoded)
        # Without any key the answer is an error, not "no": a ring or a broker that is away locks nobody out.
        macs().primary_id(KEYSET)
        try:
            keyed = _keyed(password, key_id=key_id)
        except KeyUnavailableError:
            keyed = ""
        return super().verify(keyed, f"{self.algorithm}${phc}") and bool(keyed)

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of the stored string."""
        key_id, phc = _split(encoded)
        return {**super().decode(f"{self.algorithm}${phc}"), "key_id": key_id}

    def must_update(self, encoded: str) -> bool:
        """Tell whether the hash should be renewed: another pepper key is primary, or the costs have changed."""
        key_id, _ = _split(encoded)
        return key_id != macs().primary_id(KEYSET) or super().must_update(encoded)

    def _encode(self, password: str, salt: str, *, key_id: int) -> str:
        algorithm, phc = super().encode(_keyed(password, key_id=key_id), salt).split("$", 1)
        return f"{algorithm}${key_id}${phc}"


def _split(encoded: str) -> tuple[int, str]:
    _, key_id, phc = encoded.split("$", 2)
    return int(key_id), phc


def _keyed(password: str, *, key_id: int) -> str:
    # NFKC: the same password typed on a telephone and on a desktop may differ in code points (SP 800-63B-4).
    normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(macs().mac(KEYSET, normal, key_id=key_id)).decode("ascii")
