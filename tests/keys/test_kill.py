"""A change of the ring under kill -9: real processes, killed before each step of it and at random moments."""

import json
import random  # noqa: TID251 - seeded: the same moments each time, as far as a machine allows
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

MENDED = [("init", "init"), ("add", "repair")] + [
    (change, mend) for change in ("promote", "retire", "destroy") for mend in (change, "repair")
]
MOMENTS = [random.Random(seed).uniform(1, 60) for seed in range(12)]  # noqa: S311 - no secret


def die(folder: Path, change: str, mend: str, *, after_ms: list[float]) -> list[dict[str, Any]]:
    told = {
        "databases": {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "hardening")},
        "folder": str(folder),
        "change": change,
        "mend": mend,
        "after_ms": after_ms,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.keys.dying", json.dumps(told)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    seen: list[dict[str, Any]] = json.loads(answer.stdout)
    return seen


@pytest.mark.parametrize(("change", "mend"), MENDED)
def test_a_change_that_is_killed_before_any_of_its_steps_is_mended_and_loses_no_key(
    change: str, mend: str, tmp_path: Path
) -> None:
    seen = die(tmp_path, change, mend, after_ms=[])

    *died, survived = seen
    assert len(died) > 8
    assert {life["signal"] for life in died} == {signal.SIGKILL}
    assert survived["signal"] == 0
    stands_well(seen, change, mend)


@pytest.mark.parametrize(("change", "mend"), [("init", "init"), ("add", "repair"), ("destroy", "destroy")])
def test_a_change_that_is_killed_at_any_moment_is_mended_and_loses_no_key(
    change: str, mend: str, tmp_path: Path
) -> None:
    stands_well(die(tmp_path, change, mend, after_ms=MOMENTS), change, mend)


def stands_well(seen: list[dict[str, Any]], change: str, mend: str) -> None:
    assert [life for life in seen if life["lost"] or life["left"] or life["starts_mended"]] == []
    assert {tuple(life["files"]) for life in seen} == {("keys.json",)}
    assert all(life["encryption"].count("primary") == 1 for life in seen)
    if change != "init":
        # The ring was there before, and goes on without anybody's help.
        assert {life["starts"] for life in seen} == {""}
    if change == mend:
        ends = {"promote": ("active", "primary"), "retire": ("retired", "primary"), "destroy": ("destroyed", "primary")}
        ended = {
            tuple(state for state in life["encryption"] if state != "destroyed" or change != "init") for life in seen
        }
        assert ended == {ends.get(change, ("primary",))}
