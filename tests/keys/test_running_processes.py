"""C8: a promotion in one process, and workers that were started before it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from hardening.keys import lifecycle


@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_c8_a_promotion_reaches_every_running_worker_without_a_restart(own_store: Path) -> None:
    second = lifecycle.add_key("encryption")
    names = {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "hardening")}
    asked = [sys.executable, "-m", "tests.keys.running", json.dumps({"databases": names, "file": str(own_store)})]
    workers = [
        subprocess.Popen(asked, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"

        lifecycle.promote_key(second)
        answers = [worker.communicate(timeout=30)[0] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    assert answers == [f"{second}\n"] * 3
