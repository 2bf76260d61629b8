"""``HARDENING_DISCLOSURE``: who acts, what for, and how many people he may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, ClassVar, TypeVar, cast

from django.conf import settings
from django.core import mail
from django.http import HttpRequest
from django.utils.module_loading import import_string

from hardening.conf import ConfigurationError, DomainSettings, did_you_mean
from hardening.disclosure.actor import Actor
from hardening.disclosure.limits import LEAST
from hardening.requirements import AAL2, Level, Requirement

STORES = ("database", "in_process")

Typed = TypeVar("Typed")


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """A reason to look somebody up, and what it asks of the session beyond two steps."""

    label: str = ""
    """What people read; default: the purpose's own word."""

    phishing_resistant: bool = False
    """Whether the session must rest on a passkey; default no. Raising it keeps out relayed codes."""

    max_age: timedelta | None = None
    """How old the latest proof may be; default: any age within the session."""

    @property
    def requirement(self) -> Requirement:
        """Return what the session must have proven: AAL2 at least, whatever the settings say."""
        return Requirement(Level.AAL2, phishing_resistant=self.phishing_resistant, max_age=self.max_age)


@dataclass(frozen=True, kw_only=True)
class Profession:
    """The people a day of a profession."""

    cap: int
    """The hard limit of a day, whatever is usual: what one stolen login of this profession is worth."""

    start: int
    """The limit of an account without a baseline. Its honest 99th percentile, a quarter more for newcomers' share:
    lower refuses new colleagues on a busy day, higher is what a freshly opened account is worth to a thief."""

    def __post_init__(self) -> None:
        """Refuse a start above the cap."""
        if not 0 <= self.start <= self.cap:
            raise ConfigurationError(f"a profession starts at {self.start} people a day, above its cap of {self.cap}")


UNKNOWN_PROFESSION = Profession(cap=LEAST, start=LEAST)
"""What a profession that nobody configured gets: a misspelt one must not be the widest door."""


def default_professions() -> dict[str, Profession]:
    """Return the professions of the threat model, with their measured days behind the numbers.

    Opticians: median 7 people a day, p99 59, p99.9 100. Dentists see fewer, pharmacies 100 to 200, desks hundreds.
    """
    return {
        "optician": Profession(cap=150, start=75),
        "audiologist": Profession(cap=150, start=75),
        "dentist": Profession(cap=60, start=40),
        "pharmacy": Profession(cap=400, start=250),
        "hospital_desk": Profession(cap=600, start=400),
    }


@dataclass(frozen=True, kw_only=True)
class DisclosureSettings(DomainSettings):
    """``HARDENING_DISCLOSURE``. The defaults refuse: without an actor and a purpose nobody is disclosed."""

    domain: ClassVar[str] = "DISCLOSURE"

    actor: str = ""
    """Dotted path of ``actor(request) -> Actor | None``; None looks nobody up (an administrator, a leaver)."""

    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    """Purpose → its options, ``{"rights_check": {"label": _("Rights check")}}``. An undeclared purpose is refused:
    it stands in every ledger row and must mean something to who reads it."""

    professions: Mapping[str, Profession] = field(default_factory=default_professions)
    """Profession → ``{"cap": people a day at most, "start": people a day before a baseline}``. Replaces the default."""

    newcomer_percent: int = 80
    """Share of a day's people who may be new to the establishment in 13 months; default 80. A thief's people all are,
    an optician's nearly all in the first year: lowering it before the ledger is a year old refuses honest work."""

    portal_people_a_day: int = 100_000
    """People a day of the whole portal; default what 10,000 practitioners use on a busy day. It ends a theft through
    many accounts at once; too low it closes the portal to everybody, so set it to a few times the usual day."""

    fresh_passkey_age: timedelta = timedelta(minutes=15)
    """How old a passkey proof may be that passes by an exhausted establishment; default 15 minutes."""

    probation_people: int = 20
    """Different people an account on probation is shown in ``probation``, over all its browsers that nobody has
    vouched for: what a relayed code is worth to a thief whom the deceived owner confirmed (D28)."""

    probation: timedelta = timedelta(days=7)
    """The trailing time that ``probation_people`` is counted over, at most 30 days."""

    people_per_proof: int | None = 25
    """Different people between two proofs of a session (a passkey's gesture, or a code where there is no passkey):
    what a stolen cookie is worth (D29). Fewer asks a pharmacy oftener; None never asks."""

    store: str = "database"
    """Where counts live: ``database`` (PostgreSQL or SQLite behind the ``hardening`` alias), or ``in_process``,
    which every worker would have for itself and is therefore refused outside tests."""

    nobody: tuple[str, ...] = ()
    """Modules of views, such as ``("portal.pages",)``, that show no person's data: their responses may be without a
    charge. Our own views and Django's need no mention; a view says it better itself, with ``@discloses_nobody``."""

    refuse_undeclared: bool | None = None
    """Whether a response is refused that neither charged nor declared that it shows nobody. None: refused in DEBUG
    and in tests, logged elsewhere, so that a forgotten gate is found by developers and does not stop a counter."""

    def __post_init__(self) -> None:
        """Give options their types; refuse impossible ones."""
        object.__setattr__(self, "purposes", _typed(self.purposes, Purpose, setting="purposes"))
        object.__setattr__(self, "professions", _typed(self.professions, Profession, setting="professions"))
        if self.store not in STORES:
            raise ConfigurationError(
                f"HARDENING_DISCLOSURE['store'] is {self.store!r}{did_you_mean(self.store, list(STORES))}"
            )
        if self.probation_people < 0 or not timedelta() < self.probation <= timedelta(days=30):
            raise ConfigurationError(
                "HARDENING_DISCLOSURE: probation_people is at least 0, probation above 0 and at most 30 days"
            )
        if self.people_per_proof is not None and self.people_per_proof < 1:
            raise ConfigurationError("HARDENING_DISCLOSURE['people_per_proof'] is at least 1, or None")
        if not 1 <= self.newcomer_percent <= 100:  # noqa: PLR2004 - a percentage
            raise ConfigurationError("HARDENING_DISCLOSURE['newcomer_percent'] is a share of 1 to 100")

    def purpose(self, name: str) -> Purpose:
        """Return the declared purpose.

        Raise ConfigurationError for another.
        """
        try:
            return self.purposes[name]
        except KeyError:
            hint = did_you_mean(name, list(self.purposes))
            raise ConfigurationError(f"HARDENING_DISCLOSURE['purposes'] does not declare {name!r}{hint}") from None

    def profession(self, name: str) -> Profession:
        """Return the limits of a profession, the least there are for one that nobody configured."""
        return self.professions.get(name, UNKNOWN_PROFESSION)

    def actor_of(self, request: HttpRequest) -> Actor | None:
        """Return whom the portal names for this request.

        Raise ConfigurationError when no such function is named, ImportError when it is not there.
        """
        if not self.actor:
            raise ConfigurationError("HARDENING_DISCLOSURE['actor'] is empty: nobody can be disclosed")
        return cast("Callable[[HttpRequest], Actor | None]", import_string(self.actor))(request)

    def refuses_undeclared(self) -> bool:
        """Return the choice in force."""
        return settings.DEBUG or is_under_test() if self.refuse_undeclared is None else self.refuse_undeclared

    @property
    def passkey_requirement(self) -> Requirement:
        """Return what passes by an exhausted establishment."""
        return Requirement(AAL2.level, phishing_resistant=True, max_age=self.fresh_passkey_age)


def is_under_test() -> bool:
    """Tell whether Django's test environment is set up: it replaces the outbox, which nothing else does."""
    return hasattr(mail, "outbox")


def _typed(given: Mapping[str, Any], kind: type[Typed], *, setting: str) -> dict[str, Typed]:
    known = [field.name for field in fields(cast("Any", kind))]
    for name, options in given.items():
        for option in options if isinstance(options, Mapping) else ():
            if option not in known:
                where = f"HARDENING_DISCLOSURE[{setting!r}][{name!r}][{option!r}]"
                raise ConfigurationError(f"{where} is unknown{did_you_mean(option, known)}")
    return {name: kind(**options) if isinstance(options, Mapping) else options for name, options in given.items()}
