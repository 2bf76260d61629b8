"""What sealed fields refuse, each refusal with the way that works."""

from typing import Any

from django.core.exceptions import FieldError

from hardening.encryption.parts import fitting
from hardening.errors import HardeningError


class SealedLookupError(HardeningError, FieldError):
    """A query asks of a sealed field what ciphertext cannot answer; it would have returned wrong rows."""


class SealedWriteError(HardeningError, TypeError):
    """A write would store something that no row opens: an expression, or a value sealed for another row."""


class SealedValueError(HardeningError, ValueError):
    """A value is not one of its field: no number, no date, no text. It is named by a code, never repeated."""


class NotIndexedError(SealedLookupError):
    """A value is compared on a sealed field that has no blind index."""


_BEGINNING_OR_END = "declare an index of the part (parts=[PartIndex(…)]), or open the values inside a disclosure"
LOOKUP_ALTERNATIVES = {
    "iexact": "compare with exact: the index's normaliser decides about case",
    "contains": "open the values inside a disclosure and search those",
    "icontains": "open the values inside a disclosure and search those",
    "startswith": _BEGINNING_OR_END,
    "istartswith": _BEGINNING_OR_END,
    "endswith": _BEGINNING_OR_END,
    "iendswith": _BEGINNING_OR_END,
    "regex": "open the values inside a disclosure and match those",
    "iregex": "open the values inside a disclosure and match those",
    "gt": "keep a coarse clear column beside it (a year, a range) and filter on that",
    "gte": "keep a coarse clear column beside it (a year, a range) and filter on that",
    "lt": "keep a coarse clear column beside it (a year, a range) and filter on that",
    "lte": "keep a coarse clear column beside it (a year, a range) and filter on that",
    "range": "keep a coarse clear column beside it (a year, a range) and filter on that",
}
_ANY_LOOKUP = "use exact, in or isnull, or open the values inside a disclosure"


def lookup_refused(field: Any, lookup: str) -> SealedLookupError:  # noqa: ANN401 - a sealed field
    """Return the refusal of a lookup or transform, with the part that would do it and those there are."""
    function = fitting(field.normaliser).get(lookup)
    way = f'declare parts=[PartIndex("{function}", reason=…)]' if function else None
    way = way or LOOKUP_ALTERNATIVES.get(lookup, _ANY_LOOKUP)
    declared = ", ".join(f"{field.name}__{part.name}" for part in field.parts)
    known = f" (declared parts: {declared})" if declared else ""
    return SealedLookupError(f"{field} is sealed and has no lookup or transform {lookup!r}{known}; {way}")


def use_refused(field: object, use: str, way: str) -> SealedLookupError:
    """Return the refusal of an ordering, aggregate or expression over a sealed column."""
    return SealedLookupError(f"{field} is sealed: {use}; {way}")
