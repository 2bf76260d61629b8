"""Write the figures into the documentation: ``python -m benchmarks.report`` after ``make bench``, on the same machine.

No figure of the page is typed by hand: what stands between the marks is replaced whole.
"""

import argparse
import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks.rows import Row

PAGE = Path("docs/explanation/performance.md")
SOURCES: Mapping[str, Path] = {"bench": Path("build/bench.json"), "bench-scale": Path("build/bench-scale.json")}
"""Mark on the page → the figures that stand there."""

_HEAD = "| figure | ours | goal | met | beside it |\n|---|---|---|---|---|\n"
_MET = {None: "", True: "yes", False: "**no**"}
_PACKAGES = ("django", "cryptography", "psycopg")


class MarkMissingError(ValueError):
    """The page has no place for these figures."""


def main() -> None:
    """Fill every table of the page that has been measured; leave the others as they are."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    page = PAGE.read_text(encoding="utf-8")
    for mark, source in SOURCES.items():
        if source.exists():
            rows = [Row(**row) for row in json.loads(source.read_text(encoding="utf-8"))]
            page = filled(page, mark=mark, content=f"{about(source)}\n\n{table(rows)}")
    PAGE.write_text(page, encoding="utf-8")


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table, in their order; a missed goal stands out, and an absent peer says why."""
    return _HEAD + "".join(_line(row) for row in rows)


def filled(page: str, *, mark: str, content: str) -> str:
    """Return the page with ``content`` between ``<!-- mark -->`` and ``<!-- /mark -->``, whatever stood there.

    Raise MarkMissingError if the page has not exactly one such place.
    """
    opening, closing = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    place = re.compile(f"{re.escape(opening)}\n.*?{re.escape(closing)}", flags=re.DOTALL)
    # A function, not a template: a backslash in an error of a peer is no group of ours.
    page, count = place.subn(lambda _: f"{opening}\n{content.strip()}\n{closing}", page)
    if count != 1:
        raise MarkMissingError(f"the page has {count} places marked {mark}")
    return page


def about(source: Path) -> str:
    """Return when and on what the figures of ``source`` were measured: as the run noted it, else this machine now."""
    noted = source.with_suffix(".about.txt")
    return noted.read_text(encoding="utf-8").strip() if noted.exists() else conditions()


def conditions() -> str:
    """Return what this machine is, without its name."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30)
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.machine()}"
    return f"{machine}, Python {platform.python_version()}, {packages}."


def _line(row: Row) -> str:
    goal = "" if row.goal is None else f"{'≤' if row.better == 'lower' else '≥'} {_figure(row.goal)}"
    beside = [f"{name} {_figure(value)}" for name, value in row.peers.items()]
    beside += [f"{name}: {reason}" for name, reason in row.absent.items()]
    cells = (row.name, f"{_figure(row.value)} {row.unit}", goal, _MET[row.is_met], "; ".join(beside))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


if __name__ == "__main__":
    main()
