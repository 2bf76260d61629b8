"""The measuring side: contestants in processes of their own, asked in turn so that rounds interleave."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from rich.progress import track

from benchmarks.contender import Contender
from benchmarks.encryption.contestants import FLOOR, PEERS, TABLES, Sample
from benchmarks.encryption.peer_wheels import path_of
from benchmarks.encryption.steps import STEPS
from tests.running.databases import databases

_PREPARED_BY = "bulk_create"
"""What opens and is read must stand in the table first."""
_ORDER = (_PREPARED_BY, *(step for step in STEPS if step != _PREPARED_BY))


@dataclass
class Results:
    """Samples by step and contestant, and why one has none."""

    samples: dict[tuple[str, str], list[Sample]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, step: str) -> Mapping[str, Sequence[Sample]]:
        """Return the samples of a step by contestant."""
        return {name: taken for (of, name), taken in self.samples.items() if of == step}

    def absent_from(self, step: str) -> Mapping[str, str]:
        """Return who has no sample of a step, and why."""
        return {PEERS.get(name, name): reason for (of, name), reason in self.reasons.items() if of == step}


def measure(*, rounds: int, rows: int) -> Results:
    """Run every step of every contestant ``rounds`` times, on tables of ``rows`` rows.

    Raise RuntimeError when one of ours, the clear column or the floor fails: only peers may be absent.
    """
    results = Results()
    with ExitStack() as stack:
        running = [
            contestant
            for name in (*TABLES, FLOOR)
            if _takes_part(contestant := stack.enter_context(_started(name, rows=rows)), results)
        ]
        # One round more than asked: the first fills caches and connections and is thrown away.
        for number in track(range(rounds + 1), description="encryption"):
            for step in _ORDER:
                for contestant in running:
                    _take(contestant, step, results, is_kept=number > 0)
    return results


@contextmanager
def _started(name: str, *, rows: int) -> Iterator[Contender]:
    with databases(f"bench_{name}") as environment:
        told = {**environment, "BENCH_CONTESTANT": name, **path_of(name)}
        with Contender(name, module="benchmarks.encryption", environment=told, arguments=[name, str(rows)]) as started:
            yield started


def _takes_part(contestant: Contender, results: Results) -> bool:
    reason = json.loads(contestant.answer()).get("cannot")
    if reason is None:
        return True
    _note_absence(contestant.name, STEPS, reason, results)
    return False


def _take(contestant: Contender, step: str, results: Results, *, is_kept: bool) -> None:
    if (step, contestant.name) in results.reasons:
        return
    if contestant.name == FLOOR and step not in {"seal", "open"}:
        return
    answer = json.loads(contestant.ask(step))
    if "cannot" in answer:
        _note_absence(contestant.name, [step], answer["cannot"], results)
    elif is_kept:
        results.samples.setdefault((step, contestant.name), []).append(Sample(**answer))


def _note_absence(name: str, steps: Sequence[str], reason: str, results: Results) -> None:
    if name not in PEERS:
        raise RuntimeError(f"{name} failed: {reason}")
    for step in steps:
        results.samples.pop((step, name), None)
        results.reasons[step, name] = reason
