"""Measure everything and write ``build/bench.json``: ``python -m benchmarks [journeys|encryption|scale]``.

One section alone goes to ``build/bench-SECTION.json``, so that a short run never replaces a whole one.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from rich.progress import track

from benchmarks import rows
from benchmarks.contender import Contender
from benchmarks.encryption.section import encryption_rows
from benchmarks.journey import STEPS, Sample
from benchmarks.parallel_guesses import LoginForm, evaluated_guesses
from benchmarks.rows import Row
from benchmarks.scale.section import scale_rows
from tests.running.databases import databases

OUTPUT = Path("build/bench.json")

STATEMENT_GOALS = {"login": 16, "failed_login": 3, "protected_page": 4}
"""Goals of the login specification. A protected page: two beyond the session and the account."""


DATABASES = {"hardened": ("bench_portal", "bench_hardening"), "two_factor_axes": ("bench_peer",)}

GUESSES = {
    "hardened": LoginForm("/login/", {"username": "martin", "password": "{guess}"}),
    "two_factor_axes": LoginForm(
        "/account/login/",
        {"login_view-current_step": "auth", "auth-username": "martin", "auth-password": "{guess}"},
    ),
}


SECTIONS = ("journeys", "encryption", "scale")


def main() -> None:
    """Run the sections; exit with an error when a contender fails at a step, never when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("section", nargs="?", choices=SECTIONS, help="one section alone (default: all)")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds per step (default 15)")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each table of encryption (default 20000)")
    parser.add_argument("--scale-rows", type=int, default=1_000_000, help="rows of the section scale (default 1000000)")
    asked = parser.parse_args()
    measured: list[Row] = []
    for section in [asked.section] if asked.section else SECTIONS:
        measured.extend(_section(section, asked))
    rows.write(measured, to=Path(f"build/bench-{asked.section}.json") if asked.section else OUTPUT)
    rows.show(measured)


def _section(name: str, asked: argparse.Namespace) -> Sequence[Row]:
    if name == "journeys":
        return _journey_rows(rounds=asked.rounds)
    if name == "encryption":
        return encryption_rows(rounds=asked.rounds, rows=asked.rows)
    return list(scale_rows(rows=asked.scale_rows))


def _journey_rows(*, rounds: int) -> list[Row]:
    with ExitStack() as stack:
        environments = {name: stack.enter_context(databases(*names)) for name, names in DATABASES.items()}
        contenders = [
            stack.enter_context(Contender(name, module=f"benchmarks.{name}", environment=environment))
            for name, environment in environments.items()
        ]
        for contender in contenders:
            contender.wait_until_ready()
        return [_evaluated(environments), *_journeys(contenders, rounds=rounds)]


def _evaluated(environments: Mapping[str, Mapping[str, str]]) -> Row:
    evaluated = {
        name: evaluated_guesses(GUESSES[name], wsgi=f"benchmarks.{name}.wsgi", environment=environment)
        for name, environment in environments.items()
    }
    return Row(
        name="200 guesses at once, limit 5: evaluated",
        value=evaluated.pop("hardened"),
        unit="guesses",
        goal=5,
        peers=evaluated,
    )


def _journeys(contenders: Sequence[Contender], *, rounds: int) -> Iterable[Row]:
    samples: dict[tuple[str, str], list[Sample]] = {}
    for step in STEPS:
        # One round more than asked: the first fills caches and connections and is thrown away.
        for number in track(range(rounds + 1), description=step):
            for contender in contenders:
                sample = contender.run(step)
                if number:
                    samples.setdefault((step, contender.name), []).append(sample)
    for step in STEPS:
        yield _statements(step, samples, rounds=rounds)
        yield _milliseconds(step, samples, rounds=rounds)


def _statements(step: str, samples: dict[tuple[str, str], list[Sample]], *, rounds: int) -> Row:
    counts = {name: max(s.statements for s in taken) for (of, name), taken in samples.items() if of == step}
    return Row(
        name=f"{step}: SQL statements",
        value=counts.pop("hardened"),
        unit="statements",
        goal=STATEMENT_GOALS.get(step),
        samples=rounds,
        peers=counts,
    )


def _milliseconds(step: str, samples: dict[tuple[str, str], list[Sample]], *, rounds: int) -> Row:
    times = {name: median(s.milliseconds for s in taken) for (of, name), taken in samples.items() if of == step}
    return Row(
        name=f"{step}: median time",
        value=round(times.pop("hardened"), 2),
        unit="ms",
        samples=rounds,
        peers={name: round(value, 2) for name, value in times.items()},
    )


if __name__ == "__main__":
    main()
