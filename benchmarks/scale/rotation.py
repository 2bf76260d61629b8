"""Rotating the encryption key of the whole sealed table, by the project's own commands."""

import json
from collections.abc import Iterable
from importlib.util import find_spec
from io import StringIO
from time import perf_counter

from django.core.management import call_command, get_commands
from rich.console import Console

from benchmarks.encryption.contestants import SEALED
from benchmarks.rows import Row
from benchmarks.scale.loading import WORKERS
from hardening.keys.models import KeyRecord
from hardening.keys.ring import forget_key_ring

GOAL = 100_000
"""Rows a second on two cores. A goal of the specification."""
STRATEGIES = {"batch": "in batches", "shadow": "by shadow copy"}
_KEYSET = "encryption"


def is_offered() -> bool:
    """Tell whether the installed package can add a key and rotate to it."""
    return "rotate_keys" in get_commands() and find_spec("hardening.keys.lifecycle") is not None


def measured(*, rows: int, at: str) -> Iterable[Row]:
    """Rotate by each strategy in turn, each time to another new key."""
    for strategy, words in STRATEGIES.items():
        rate = round(rows / rotate(rows=rows, strategy=strategy))
        name = f"key rotation {words}, {WORKERS} workers ({at})"
        yield Row(name=name, value=rate, unit="rows/s", goal=GOAL, better="higher")


def rotate(*, rows: int, strategy: str) -> float:
    """Put every value under a new key and return the seconds of the whole command, its own counts included.

    Raise RuntimeError when a row was not rotated: a rotation that leaves some behind is no result.
    """
    quiet = StringIO()
    call_command("keys", "add", _KEYSET, stdout=quiet)
    added = KeyRecord.objects.using("default").filter(keyset=_KEYSET).latest("pk").pk
    call_command("keys", "promote", str(added), stdout=quiet)
    forget_key_ring()  # as a command that starts now: this process knows the ring of before
    report = StringIO()
    with Console(stderr=True).status(f"rotating {rows:,} rows"):
        started = perf_counter()
        options = {"model": f"{SEALED}.Person", "strategy": strategy, "workers": WORKERS, "json": True}
        call_command("rotate_keys", stdout=report, stderr=quiet, **options)
        seconds = perf_counter() - started
    told = json.loads(report.getvalue())
    if told["rows_rotated"] != rows or told["values_left"]:
        raise RuntimeError(f"{told['rows_rotated']} rows were rotated and {told['values_left']} are left")
    return seconds
