"""Measure everything and write ``build/bench.json``: ``python -m benchmarks [journeys|encryption|scale]``.

One section alone goes to ``build/bench-SECTION.json``, so that a short run never replaces a whole one.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.progress import track

from benchmarks import rows
from benchmarks.contender import Contender
from benchmarks.counting_hashers import LOG
from benchmarks.encryption.section import encryption_rows
from benchmarks.journey import STEPS, Sample
from benchmarks.parallel_guesses import LoginForm, evaluated_guesses
from benchmarks.rows import Row
from benchmarks.scale.section import scale_rows
from benchmarks.timing_classes import timing_rows
from tests.running.databases import databases

OUTPUT = Path("build/bench.json")

GOALS = {
    "login: SQL statements": 16,
    "passkey_login: SQL statements": 12,
    "protected_page: SQL statements": 4,
    "failed_login: SQL statements": 3,
    "blocked_login: SQL statements": 1,
    "blocked_login: passwords hashed": 0,
    "stale_login: SQL statements": 16,
}
"""Goals of the login specification. A protected page: two beyond the session and the account."""


DATABASES = {
    "hardened": ("bench_portal", "bench_hardening"),
    "two_factor_axes": ("bench_peer",),
    "allauth_mfa": ("bench_allauth",),
    "otp_webauthn": ("bench_webauthn",),
}

NO_LOOK_UP = {"look_up": "keeps nobody in this comparison"}
STALE_IS_OURS = {"stale_login": "its lockout has other tables"}
ABSENT: Mapping[str, Mapping[str, str]] = {
    "hardened": {},
    "two_factor_axes": {"passkey_login": "takes a passkey as a second step alone", **STALE_IS_OURS},
    "allauth_mfa": {**NO_LOOK_UP, "stale_login": "its limits live in the cache"},
    "otp_webauthn": dict.fromkeys(set(STEPS) - {"passkey_login", "protected_page"}, "is passkeys alone"),
}
"""Contender → steps that it has not, and why."""

GUESSES = {
    "hardened": LoginForm("/login/", {"username": "martin", "password": "{guess}"}),
    "two_factor_axes": LoginForm(
        "/account/login/",
        {"login_view-current_step": "auth", "auth-username": "martin", "auth-password": "{guess}"},
    ),
}


Samples = dict[str, dict[str, list[Sample]]]
"""Step → contender → what was measured."""

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
        folder = Path(stack.enter_context(TemporaryDirectory()))
        environments = {name: stack.enter_context(databases(*names)) for name, names in DATABASES.items()}
        contenders = [
            stack.enter_context(Contender(name, module=f"benchmarks.{name}", environment=counted(environment, folder)))
            for name, environment in environments.items()
        ]
        for contender in contenders:
            contender.wait_until_ready()
        with_passwords = [contender for contender in contenders if "login" not in ABSENT[contender.name]]
        return [
            _evaluated(environments),
            *timing_rows(with_passwords, rounds=rounds, ours="hardened"),
            *_journeys(contenders, rounds=rounds),
        ]


def counted(environment: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """Return the environment with a file of its own where a contender notes each password that it hashes."""
    log = folder / environment["RUNNING_DATABASE_1"].replace("/", "_")
    log.touch()
    return {**environment, LOG: str(log)}


def _evaluated(environments: Mapping[str, Mapping[str, str]]) -> Row:
    evaluated = {
        name: evaluated_guesses(form, wsgi=f"benchmarks.{name}.wsgi", environment=environments[name])
        for name, form in GUESSES.items()
    }
    return Row(
        name="200 guesses at once, limit 5: evaluated",
        value=evaluated.pop("hardened"),
        unit="guesses",
        goal=5,
        peers=evaluated,
    )


def _journeys(contenders: Sequence[Contender], *, rounds: int) -> Iterable[Row]:
    samples: Samples = {step: {} for step in STEPS}
    for step in STEPS:
        # One round more than asked: the first fills caches and connections and is thrown away.
        for number in track(range(rounds + 1), description=step):
            for contender in contenders:
                if step in ABSENT[contender.name]:
                    continue
                sample = contender.run(step)
                if number:
                    samples[step].setdefault(contender.name, []).append(sample)
    for step in STEPS:
        yield _row(f"{step}: SQL statements", samples, worst("statements"), unit="statements")
        if step == "blocked_login":
            yield _row(f"{step}: passwords hashed", samples, worst("hashes"), unit="hashes")
        yield _row(f"{step}: median time", samples, median_time, unit="ms")


def _row(name: str, samples: Samples, of: Callable[[list[Sample]], float], *, unit: str) -> Row:
    step = name.split(":", maxsplit=1)[0]
    found = {contender: of(taken) for contender, taken in samples[step].items()}
    return Row(
        name=name,
        value=found.pop("hardened"),
        unit=unit,
        goal=GOALS.get(name),
        samples=len(samples[step]["hardened"]),
        peers=found,
        absent={contender: lacking[step] for contender, lacking in ABSENT.items() if step in lacking},
    )


def worst(field: str) -> Callable[[list[Sample]], float]:
    """Return what tells the highest count of ``field``: a count that varies is promised by its worst."""
    return lambda taken: max(getattr(sample, field) for sample in taken)


def median_time(taken: list[Sample]) -> float:
    """Return the middle of the times, in milliseconds."""
    return round(median(sample.milliseconds for sample in taken), 2)


if __name__ == "__main__":
    main()
