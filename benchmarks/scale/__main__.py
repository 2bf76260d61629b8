"""Measure a table of any size: ``python -m benchmarks.scale --rows 33000000``."""

import argparse
import signal
import sys
from contextlib import closing
from pathlib import Path

from benchmarks import rows
from benchmarks.scale.estimate import DiskTooSmallError
from benchmarks.scale.section import say, scale_rows

RESULT = Path("build/bench-scale.json")


def main() -> int:
    """Run the section and write each row at once; return 1 where the disk is too small or the run was ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True, help="rows of each of the two tables")
    asked = parser.parse_args()
    # A run that is ended from outside drops its databases too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    measured: list[rows.Row] = []
    try:
        with closing(scale_rows(rows=asked.rows)) as found:
            for row in found:
                measured.append(row)
                # At once: a section that fails, hours later, leaves what the others found.
                rows.write(measured, to=RESULT)
    except DiskTooSmallError as refusal:
        say(refusal)
        return 1
    except KeyboardInterrupt:
        say(
            f"ended; the databases of this run are gone, and {RESULT} holds the {len(measured)} rows that were measured"
        )
        return 1
    rows.show(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
