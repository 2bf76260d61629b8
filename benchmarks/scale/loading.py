"""Loading by COPY: every value is really sealed, by worker processes that each hold the keys."""

import multiprocessing
import signal
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from time import perf_counter
from typing import Any

from rich.progress import track

from benchmarks.encryption.contestants import SEALED
from benchmarks.encryption.people import key_of, nir_of
from hardening.encryption.ranged_work import start_worker

WORKERS = 2
_CHUNK_ROWS = 25_000
"""Two seconds or less of work, so that the progress moves and an end comes soon."""
_TYPES = {True: ("uuid", "bytea"), False: ("uuid", "varchar")}


def load(name: str, *, rows: int) -> float:
    """Fill the table of a contestant and return the seconds it took, the start of the workers left out."""
    context = multiprocessing.get_context("spawn")  # a forked worker would share the parent's connection
    with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=_prepare) as executor:
        list(executor.map(_warm, [name] * WORKERS))
        started = perf_counter()
        chunks = [
            executor.submit(copy_chunk, name, range(first, min(first + _CHUNK_ROWS, rows)))
            for first in range(0, rows, _CHUNK_ROWS)
        ]
        try:
            for chunk in track(as_completed(chunks), description=f"loading {name}", total=len(chunks)):
                chunk.result()
        except BaseException:
            # Without this an end asked for would wait for every chunk that is still queued.
            executor.shutdown(cancel_futures=True)
            raise
        return perf_counter() - started


def copy_chunk(name: str, numbers: Iterable[int]) -> None:
    """Insert these people by one binary COPY, in a worker."""
    from django.apps import apps  # noqa: PLC0415 - after the set-up of this worker
    from django.db import connection  # noqa: PLC0415 - likewise

    model = apps.get_model(name, "Person")
    connection.ensure_connection()
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} (id, nir) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(_TYPES[name == SEALED])
        for row in _rows(model, numbers, is_sealed=name == SEALED):
            copy.write_row(row)


def _rows(model: Any, numbers: Iterable[int], *, is_sealed: bool) -> Iterable[tuple[Any, Any]]:  # noqa: ANN401
    from hardening.encryption.binding import encode_binding  # noqa: PLC0415 - after the set-up of this worker

    field = model._meta.get_field("nir")
    for number in numbers:
        key, nir = key_of(number), nir_of(number)
        yield key, field.seal(nir, binding=encode_binding(key)) if is_sealed else nir


def _prepare() -> None:
    # The parent is told of Ctrl-C too, and ends the workers between two chunks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    start_worker()
    from hardening.keys.ring import key_ring  # noqa: PLC0415 - after the set-up

    # Its first use asks the database what it knows of the keys, which it could not answer in the middle of a COPY.
    key_ring()


def _warm(name: str) -> None:
    copy_chunk(name, ())
