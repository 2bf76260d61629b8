"""Whether somebody's rights are open on a day."""

from datetime import date


def has_open_rights(on: date, *, begin: date, end: date | None) -> bool:
    """Tell whether ``on`` lies in the rights period; its first and last day do."""
    return begin <= on and (end is None or on <= end)
