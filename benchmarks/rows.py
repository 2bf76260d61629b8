"""The rows of ``build/bench.json``: one figure each, with its goal and what it stands beside."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

Better = Literal["lower", "higher"]
_FILE_WIDTH = 240


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure. ``goal`` is None where a figure is reported without a promise; ``peers`` maps names to theirs.

    ``absent`` maps the peers that have no figure to the reason, in one line: none is dropped silently.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    better: Better = "lower"
    samples: int = 1
    peers: Mapping[str, float] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """Tell whether the goal is reached (equal counts), or None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


def write(rows: Iterable[Row], *, to: Path) -> None:
    """Write the rows as JSON, in the order they were measured; killed meanwhile, the file is the one of before."""
    to.parent.mkdir(parents=True, exist_ok=True)
    unfinished = to.with_suffix(".part")
    unfinished.write_text(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) + "\n")
    unfinished.replace(to)


def show(rows: Iterable[Row]) -> None:
    """Print the rows as a table for people."""
    table = Table("figure", "value", "unit", "goal", "met", "samples", "peers")
    for row in rows:
        met = {None: "", True: "yes", False: "NO"}[row.is_met]
        peers = ", ".join(f"{name} {value:g}" for name, value in row.peers.items())
        peers += "".join(f"; {name}: {reason}" for name, reason in row.absent.items())
        goal = "" if row.goal is None else f"{'≤' if row.better == 'lower' else '≥'} {row.goal:g}"
        table.add_row(row.name, f"{row.value:g}", row.unit, goal, met, str(row.samples), peers)
    console = Console()
    # Into a file, the width of a terminal would cut each name into pieces.
    (console if console.is_terminal else Console(width=_FILE_WIDTH)).print(table)
