"""A database that refuses, hangs on a lock or is gone discloses nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, transaction

from hardening.errors import Outcome, StoreUnavailableError
from hardening.routing import ALIAS


@contextmanager
def failing_closed() -> Iterator[None]:
    """Turn every error of the database in this block into StoreUnavailableError; nothing is tried again."""
    try:
        yield
    except Error as error:
        raise StoreUnavailableError("the budget store does not answer") from error


@contextmanager
def on_record() -> Iterator[None]:
    """Run the block in one transaction of its own on the ``hardening`` database; what it says is then on record.

    Durable: inside a transaction of the caller's, a rollback would take the record back after the showing.
    Whatever a receiver of its events raises ends as StoreUnavailableError: what cannot be recorded does not
    happen (A2). An outcome, such as a frozen account, passes as it is.
    """
    try:
        with transaction.atomic(using=ALIAS, durable=True):
            yield
    except (Outcome, StoreUnavailableError):
        raise
    except Exception as error:
        raise StoreUnavailableError("the disclosure cannot be put on record") from error
