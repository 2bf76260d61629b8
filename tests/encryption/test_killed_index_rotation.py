"""C22: workers that enrol and look up beside a rotation of the index key, which is killed and taken up again."""

import json
import os
import random  # noqa: TID251 - seeded: the same moments each time, as far as a machine allows
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hardening.encryption.census import headers
from hardening.encryption.index_standing import standing
from hardening.keys.ring import forget_key_ring
from tests.encryption.records.models import Policy
from tests.encryption.rotating import ROOT, environment
from tests.encryption.succeeding import store_that_rotates

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]

KILLS = int(os.environ.get("ROTATION_KILLS", "2"))
ROWS = int(os.environ.get("ROTATION_ROWS", "2000"))
SETTLE = "2"
"""Seconds: the workers look for a new ring once in one."""
SEED = random.Random(22)  # noqa: S311 - no secret


@pytest.fixture
def keys(transactional_db: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:  # noqa: ARG001
    with store_that_rotates(tmp_path, afterwards=request.getfixturevalue("key_ring")) as path:
        yield path


@contextmanager
def enrolling(keys: Path, *names: str) -> Iterator[list[dict[str, Any]]]:
    """Let workers enrol meanwhile; afterwards the list holds what each of them says."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.encryption.enrolling", name],
            cwd=ROOT,
            env=environment(keys),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    told: list[dict[str, Any]] = []
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        yield told
        told += [json.loads(worker.communicate("end\n", timeout=60)[0]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def rotating(keys: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "manage.py", "rotate_index", "--json", "--skip-checks", "--settle", SETTLE, *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(keys), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    told: dict[str, Any] = json.loads(out)
    return told


def test_c22_killed_and_resumed_beside_workers_nobody_is_enrolled_twice_or_lost(keys: Path) -> None:
    Policy.objects.bulk_create(Policy(number=f"P-{row}", member=f"old {row}") for row in range(ROWS))
    killed = 0

    with enrolling(keys, "A", "B", "C") as told:
        for _ in range(KILLS):
            process = rotating(keys, "--batch-size", "50", "--rate", "2000")
            time.sleep(SEED.uniform(1.5, 7))
            process.kill()
            process.communicate()
            killed += process.returncode == -9
        report = finish(rotating(keys, "--workers", "2"))
    forget_key_ring()

    enrolled = [member for worker in told for member in worker["enrolled"]]
    opened = [policy.member.open_ungated() for policy in Policy.objects.all()]
    assert [fault for worker in told for fault in worker["faults"]] == []
    assert killed >= KILLS // 2
    assert (report["values_left"], report["other_key"]) == (0, None)
    assert sorted(opened) == sorted({*enrolled, *(f"old {row}" for row in range(ROWS))})
    assert all(Policy.objects.filter(member=member).count() == 1 for member in enrolled[:200])
    assert len(headers(Policy._meta.get_field("member"))) == 1
    assert standing().state is None
