"""A command whose memory the system caps: ``python -m tests.encryption.in_little_memory mebibytes command options``.

Its last line is a JSON document: what the command printed, and how many statements of each kind it sent.
"""

import json
import resource
import sys
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import django

_MIB = 1 << 20


class Statements:
    """Counts what is sent to the database."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - as Django calls it
        """Count one and send it."""
        kind = "UPDATE" if " UPDATE " in f" {sql} " and " SET " in sql else "LIMIT" if "LIMIT" in sql else "other"
        self.counts[kind] += 1
        self.counts["UPDATE in a transaction"] += kind == "UPDATE" and context["connection"].in_atomic_block
        return execute(sql, params, many, context)


def main() -> None:
    """Load everything, set the cap, run."""
    mebibytes, command, *options = sys.argv[1:]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after the set-up
    from django.db import connection  # noqa: PLC0415 - likewise

    from hardening.keys.ring import key_ring  # noqa: PLC0415 - likewise

    connection.ensure_connection()
    key_ring()
    cap = _data_bytes() + int(mebibytes) * _MIB
    resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
    out, statements = StringIO(), Statements()
    with connection.execute_wrapper(statements):
        call_command(command, "--json", *options, stdout=out)
    sys.stdout.write(json.dumps({"told": json.loads(out.getvalue()), "statements": statements.counts}))


def _data_bytes() -> int:
    """Return what the system holds against RLIMIT_DATA now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell this process's memory")


if __name__ == "__main__":
    main()
