"""The issuer's public keys, and the algorithms that they may sign by."""

from collections.abc import Mapping
from typing import Any

import jwt

KINDS: Mapping[str, str] = {"RS256": "RSA", "ES256": "EC"}
"""Algorithm → kind of key. Signatures alone: ``none`` is nobody's, and with HS256 a public key would sign."""

SHORTEST_RSA = 2048


def signing_keys(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the issuer's keys by id; those for other uses, of other kinds or too short are left out."""
    rows = document.get("keys")
    found: dict[str, jwt.PyJWK] = {}
    for row in rows if isinstance(rows, list) else ():
        key = _key(row)
        if key is not None and key.key_id:
            found[str(key.key_id)] = key
    return found


def _key(row: object) -> jwt.PyJWK | None:
    # Of these fields alone: a key that names its own algorithm or private half has no say here.
    if not isinstance(row, dict) or row.get("use", "sig") != "sig" or row.get("kty") not in KINDS.values():
        return None
    algorithm = next(name for name, kind in KINDS.items() if kind == row["kty"])
    if row["kty"] == "EC" and row.get("crv") != "P-256":
        return None
    try:
        key = jwt.PyJWK({name: value for name, value in row.items() if name != "alg"}, algorithm=algorithm)
    except jwt.PyJWTError:
        return None
    return None if row["kty"] == "RSA" and key.key.key_size < SHORTEST_RSA else key
