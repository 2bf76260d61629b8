"""A database that refuses, hangs on a lock or is gone discloses nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error

from hardening.errors import StoreUnavailableError


@contextmanager
def failing_closed() -> Iterator[None]:
    """Turn every error of the database in this block into StoreUnavailableError; nothing is tried again."""
    try:
        yield
    except Error as error:
        raise StoreUnavailableError("the budget store does not answer") from error
