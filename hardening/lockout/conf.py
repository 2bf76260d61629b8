"""Settings of the lockout domain: ``HARDENING_LOCKOUT``."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from hardening.conf import ConfigurationError, DomainSettings
from hardening.lockout.buckets import Kind
from hardening.lockout.cooloff import Rule

_MOST_FAILURES = 10
"""The French authority has sanctioned a threshold of 50, and recommends at most 10."""
_FEWEST_SECOND_STEPS, _MOST_SECOND_STEPS = 10, 100
"""NIST SP 800-63B-4 ends an authenticator at a hundred failures in a row: of a million codes, three open at a time."""
_LONGEST_REST = timedelta(minutes=15)
"""Nothing a stranger does may change what the owner can do for longer (I5)."""
_MOST_KEPT = 100
"""Each failure remembered is some 80 bytes of a row that is rewritten at every attempt."""


@dataclass(frozen=True, kw_only=True)
class LockoutSettings(DomainSettings):
    """``HARDENING_LOCKOUT``: how many failures, and how long a bucket rests after them."""

    domain: ClassVar[str] = "LOCKOUT"

    failures: int = 5
    """Failures in 24 hours after which a browser's bucket rests; default 5, at most 10. Raising it gives every
    guesser that many more tries at once; lowering it makes honest slips cost a minute sooner."""

    address_failures: int = 20
    """Failures in an hour after which a whole /24 or /64 rests, for unknown browsers only; default 20. Lowering it
    stops somebody trying many names sooner, and lets one of them lock a hospital's new computers for minutes."""

    sprayed_names: int = 20
    """Different names that fail with one password within an hour, in one process, after which it rests for unknown
    browsers; default 20. Lowering it stops a spraying sooner, and lets a common slip lock others for minutes."""

    first_rest: timedelta = timedelta(minutes=1)
    """The first cool-off; default a minute. Each further failure doubles it."""

    longest_rest: timedelta = timedelta(minutes=15)
    """The longest cool-off; default and at most a quarter of an hour."""

    second_step_failures: int = 100
    """Failures in a row after right passwords, in unknown browsers together, after which they take no code any more;
    default 100, at most 100. Lowering it ends a patient guesser sooner, and the owner's own slips with him."""

    failures_for_review: int = 10
    """Failures in 24 hours at which a bucket is shown to administrators; default 10. It blocks nothing."""

    remember_browser_for: timedelta = timedelta(days=90)
    """How long an unused browser stays known; default 90 days. A known browser has a bucket of its own."""

    keep_flagged_for: timedelta = timedelta(days=30)
    """How long ``clean_lockouts`` leaves a flagged bucket for review; default 30 days."""

    def __post_init__(self) -> None:
        """Refuse what would switch the control off, or turn it into a weapon."""
        _require("failures", 1 <= self.failures <= _MOST_FAILURES, f"between 1 and {_MOST_FAILURES}")
        _require("address_failures", self.failures <= self.address_failures <= _MOST_KEPT, "failures to 100")
        _require("failures_for_review", self.failures <= self.failures_for_review <= _MOST_KEPT, "failures to 100")
        _require("sprayed_names", self.failures <= self.sprayed_names <= _MOST_KEPT, "failures to 100")
        _require(
            "second_step_failures",
            _FEWEST_SECOND_STEPS <= self.second_step_failures <= _MOST_SECOND_STEPS,
            "between 10 and 100",
        )
        _require("longest_rest", timedelta(0) < self.longest_rest <= _LONGEST_REST, "at most 15 minutes")
        _require("first_rest", timedelta(seconds=1) <= self.first_rest <= self.longest_rest, "1 s to longest_rest")
        _require("remember_browser_for", self.remember_browser_for > timedelta(0), "a positive duration")
        _require("keep_flagged_for", self.keep_flagged_for >= timedelta(days=1), "at least a day")

    @property
    def spraying(self) -> Rule:
        """Return the rule for one password on many names."""
        return Rule(
            limit=self.sprayed_names, window=timedelta(hours=1), first=self.first_rest, longest=self.longest_rest
        )

    def rule_for(self, kind: Kind) -> Rule:
        """Return the rule in force for buckets of this kind."""
        if kind is Kind.ADDRESS:
            return Rule(
                limit=self.address_failures,
                window=timedelta(hours=1),
                first=self.first_rest,
                longest=self.longest_rest,
            )
        return Rule(
            limit=self.failures,
            window=timedelta(days=1),
            first=self.first_rest,
            longest=self.longest_rest,
            review_at=self.failures_for_review,
            # A browser that the account knows keeps its code: strangers' failures are not counted there (D32).
            second_steps=self.second_step_failures if kind is Kind.UNKNOWN_BROWSERS else 0,
        )


def _require(key: str, holds: bool, allowed: str) -> None:  # noqa: FBT001 - the condition itself
    if not holds:
        raise ConfigurationError(f"HARDENING_LOCKOUT[{key!r}] must be {allowed}")
