"""Reading every row through the ORM, sealed and clear in turn."""

from time import process_time

from django.apps import apps
from django.db import transaction
from rich.progress import track

from benchmarks.encryption.contestants import PLAIN, SEALED

_BATCH_ROWS = 2000
_PASSES = 3
_LARGE = 1_000_000
"""Beyond this one pass: it is long enough to speak for itself."""


def scan(*, rows: int, opens: bool) -> dict[str, list[float]]:
    """Return the CPU seconds of this process for each pass over each table, with the numbers read if ``opens``.

    Raise RuntimeError when a row is missing.
    """
    seconds: dict[str, list[float]] = {PLAIN: [], SEALED: []}
    for _ in track(range(_PASSES if rows <= _LARGE else 1), description=f"scanning{' to values' if opens else ''}"):
        for name, passes in seconds.items():
            started = process_time()
            if _read(name, opens=opens) != rows:
                raise RuntimeError("a scan did not see every row")
            passes.append(process_time() - started)
    return seconds


def _read(name: str, *, opens: bool) -> int:
    count = 0
    # In a transaction the server's cursor streams; outside it would first write the whole answer to disk.
    with transaction.atomic():
        for person in apps.get_model(name, "Person")._default_manager.iterator(chunk_size=_BATCH_ROWS):
            if opens:
                person.number()
            count += 1
    return count
