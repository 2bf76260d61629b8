"""Compare what was typed with what is on record, without telling by the time how much of it was right."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date


def is_same(known: object, typed: object) -> bool:
    """Tell whether two plain values are one, in constant time."""
    return hmac.compare_digest(canonical(known), canonical(typed))


def canonical(value: object) -> bytes:
    """Return bytes that are equal exactly for equal values of one kind.

    Raise TypeError for a kind that has no exact form: a guess could match somebody else.
    """
    match value:
        case bool() | None:
            raise TypeError("only texts, whole numbers and dates are compared")
        case str():
            return b"s" + value.encode()
        case int():
            return b"i" + str(value).encode()
        case date():
            return b"d" + value.isoformat().encode()
        case _:
            raise TypeError("only texts, whole numbers and dates are compared")


def matching(candidates: Sequence[Mapping[str, object]], criteria: Mapping[str, object]) -> list[int]:
    """Return the places of the candidates that meet all criteria; every value of every one is compared."""
    found = []
    for place, candidate in enumerate(candidates):
        # A list, not all(...): it must not stop at the first difference.
        same = [is_same(candidate[name], typed) for name, typed in criteria.items()]
        if all(same):
            found.append(place)
    return found
