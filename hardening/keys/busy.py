"""Whether this thread's connection is in the midst of a statement."""

from django.db import connections

_ACTIVE = 1
"""PQTRANS_ACTIVE of libpq, by which both drivers of PostgreSQL call it."""


def is_default_busy() -> bool:
    """Tell whether a statement goes on that another one would wait for, such as a COPY that this thread feeds."""
    info = getattr(connections["default"].connection, "info", None)
    return info is not None and int(info.transaction_status) == _ACTIVE
