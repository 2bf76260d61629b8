"""Run one contestant's steps: ``python -m benchmarks.encryption NAME ROWS``, driven through standard input."""

import os
import sys

import django

from benchmarks.encryption.contestants import FLOOR
from benchmarks.encryption.steps import Steps, serve


def _steps(name: str, rows: int) -> Steps:
    if name == FLOOR:
        from benchmarks.encryption.floor import Floor  # noqa: PLC0415 - needs no settings, where the others do

        return Floor(rows=rows)
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.encryption.settings"
    if name.startswith("tink"):
        from benchmarks.encryption.tink_keysets import write_keysets  # noqa: PLC0415 - of this peer alone

        write_keysets()
    django.setup()
    from benchmarks.encryption.table import Table  # noqa: PLC0415 - models need the settings

    return Table(name, rows=rows)


serve(lambda: _steps(sys.argv[1], int(sys.argv[2])))
