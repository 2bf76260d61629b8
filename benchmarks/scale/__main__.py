"""Measure a table of any size: ``python -m benchmarks.scale --rows 33000000``."""

import argparse
import signal
import sys
from pathlib import Path

from benchmarks import rows
from benchmarks.scale.estimate import DiskTooSmallError
from benchmarks.scale.section import say, scale_rows


def main() -> int:
    """Run the section, write ``build/bench-scale.json``; return 1 where the disk is too small or the run was ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True, help="rows of each of the two tables")
    asked = parser.parse_args()
    # A run that is ended from outside drops its databases too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        measured = scale_rows(rows=asked.rows)
    except DiskTooSmallError as refusal:
        say(refusal)
        return 1
    except KeyboardInterrupt:
        say("ended; the databases of this run are gone")
        return 1
    rows.write(measured, to=Path("build/bench-scale.json"))
    rows.show(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
