"""One contract for every store: the same questions get the same answers, to the last integer."""

import pytest
from django.db import connections

from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.in_process import InProcessStore
from hardening.disclosure.stores.postgresql import PostgresqlStore
from hardening.disclosure.stores.sqlite import SqliteStore
from tests.disclosure.operations import Replay, random_operations

pytestmark = pytest.mark.django_db


def database_store() -> BudgetStore:
    return PostgresqlStore() if connections["hardening"].vendor == "postgresql" else SqliteStore()


@pytest.mark.parametrize("seed", range(10))
def test_the_database_answers_as_the_kernel_does(seed: int) -> None:
    oracle, database = Replay(InProcessStore()), Replay(database_store())

    for place, operation in enumerate(random_operations(seed, 400)):
        assert database.run(operation) == oracle.run(operation), (seed, place, operation)
