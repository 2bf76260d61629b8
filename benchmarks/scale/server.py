"""How the server of a large run is set: durable, and sized for the machine, as somebody's own server would be."""

import os
from collections.abc import Mapping

from tests.servers.postgresql import EXTRA

_MIB = 1 << 20
_SHARED_PART = 4
"""PostgreSQL's documentation starts at a quarter of the memory."""
_MOST_SHARED_MIB = 4096
"""More would be taken from the cache of the system, which the workers and the sort of an index build use too."""
_SHOWN = ("shared_buffers", "maintenance_work_mem", "max_wal_size", "checkpoint_timeout", "fsync", "autovacuum")


def settings(*, memory_bytes: int) -> Mapping[str, str]:
    """Return the settings for a machine with this much memory."""
    shared = min(_MOST_SHARED_MIB, memory_bytes // _SHARED_PART // _MIB)
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{memory_bytes // 2 // _MIB}MB",
        "maintenance_work_mem": f"{max(64, shared // 8)}MB",
        # A backfill in order of scattered keys touches every page of three indexes before it touches one twice. Each is
        # logged whole once per checkpoint: with a checkpoint every gigabyte, that image is logged for nearly every row.
        "max_wal_size": "16GB",
        "checkpoint_timeout": "30min",
        # The suite's server keeps none of these promises. A figure for a country is one of a server that does.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "autovacuum": "on",
    }


def memory() -> int:
    """Return the bytes of memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def prepare() -> None:
    """Let the server that this process starts be set so; one that DATABASE_URL names stays as it is."""
    chosen = settings(memory_bytes=memory())
    os.environ[EXTRA] = " ".join(f"{name}={value}" for name, value in chosen.items())


def told() -> str:
    """Return the version and the settings that the server of this process's connection really has."""
    from django.db import connection  # noqa: PLC0415 - after the set-up

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [["server_version", *_SHOWN]]
        )
        (_, version), *shown = cursor.fetchall()
    return f"PostgreSQL {version.split()[0]} with {', '.join(f'{name} = {value}' for name, value in shown)}."
