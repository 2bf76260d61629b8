"""Reading every row through the ORM, sealed and clear in turn."""

from time import process_time

from django.apps import apps
from django.db import transaction
from rich.progress import track

from benchmarks.encryption.contestants import PLAIN, SEALED

_BATCH_ROWS = 2000
_PASSES = 3
MOST_ROWS = 1_000_000
"""Read of a larger table: each further row costs the same, and 33 million of them a quarter of an hour a pass."""


def scan(*, rows: int, opens: bool) -> dict[str, list[float]]:
    """Return the CPU seconds of this process for each pass over so many rows of each table.

    With ``opens`` the numbers are read too.

    Raise RuntimeError when a row is missing.
    """
    seconds: dict[str, list[float]] = {PLAIN: [], SEALED: []}
    for _ in track(range(_PASSES), description=f"scanning{' to values' if opens else ''}"):
        for name, passes in seconds.items():
            started = process_time()
            if _read(name, rows=rows, opens=opens) != rows:
                raise RuntimeError("a scan did not see every row")
            passes.append(process_time() - started)
    return seconds


def _read(name: str, *, rows: int, opens: bool) -> int:
    count = 0
    # In a transaction the server's cursor streams; outside it would first write the whole answer to disk.
    with transaction.atomic():
        for person in apps.get_model(name, "Person")._default_manager.all()[:rows].iterator(chunk_size=_BATCH_ROWS):
            if opens:
                person.number()
            count += 1
    return count
