from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from hardening.encryption.twin_runs import find_twins
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.columns_in_transit.models import Insured
from tests.encryption.sealing_online import COLUMN, Traffic, kill_at_random, load, start, wrong_rows

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("written", [{"nir": AMINE_NIR}, {"nir": ""}, {"remark": "late"}])
def test_a_writer_between_reading_and_writing_wins(written: dict[str, Any]) -> None:
    """The row's version is compared, never its value (C7); such a row waits for the next pass."""
    Insured.objects.create(number="1")
    QuerySet(Insured).update(nir=CLAIRE_NIR)
    columns = find_twins(COLUMN)[1]
    (read,) = columns.rows(after=None, until=None, is_waiting=True)

    QuerySet(Insured).update(**written)

    assert columns.write([(read, columns.follower(read))]) == 0
    assert Insured.objects.get().nir_sealed == ""


def test_a_hundred_thousand_rows_are_sealed_while_a_writer_writes_and_a_reader_reads() -> None:
    load(100_000)

    with Traffic(100_000) as traffic:
        call_command("seal_column", COLUMN)

    assert traffic.failures == []
    assert min(traffic.writes, traffic.reads) > 100
    assert wrong_rows(traffic) == []
    assert Insured.objects.exclude(nir_sealed="").count() == Insured.objects.exclude(nir="").count()


def test_c17_killed_six_times_and_started_again_nothing_is_lost_or_doubled() -> None:
    load(20_000)

    with Traffic(20_000) as traffic:
        died = kill_at_random(6, seed=3, between=(0.05, 0.5))
        waiting = find_twins(COLUMN)[1].count(is_waiting=True)
        last = start(COLUMN)
        said, _ = last.communicate()

    assert died == 6
    assert 0 < waiting < 20_000
    assert last.returncode == 0, said
    assert traffic.failures == []
    assert wrong_rows(traffic) == []


def test_several_processes_share_the_rows() -> None:
    load(5_000)

    run = start(COLUMN, "--workers", "2", "--batch-size", "500")
    said, _ = run.communicate()

    assert run.returncode == 0, said
    assert "5000 equal" in said
