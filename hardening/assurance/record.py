"""What a session has proven, and when: a frozen record, and the level that follows from it and from nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hardening.requirements import ANONYMOUS, Assurance, Level, Standing

HALF_LOGIN_LASTS = timedelta(minutes=5)
"""Long enough to fetch a telephone; a browser left at the second step is no standing offer."""

PASSWORD = "pwd"  # noqa: S105 - the name of a method in RFC 8176
ONE_TIME_CODE = "otp"
RESISTANT_KEYS = frozenset({"hwk", "swk", "sc"})
"""Keys that answer only to their own origin (RFC 8176: hardware, software, smart card)."""
USER_VERIFIED = "mfa"
"""The key itself asked for a PIN or a finger: two factors in one gesture."""
METHODS = frozenset({PASSWORD, ONE_TIME_CODE, USER_VERIFIED, *RESISTANT_KEYS})

_FORMAT = 2
"""A record of format 1 does not say in what standing its login was opened: it is not read, its browser logs in anew."""


class ProofMissingError(ValueError):
    """The verified methods do not open what was asked; the caller forgot a step."""


@dataclass(frozen=True)
class Proof:
    """One verified method and its moment."""

    method: str
    at: datetime


@dataclass(frozen=True)
class Record:
    """The proofs of one account in one session.

    ``auth_hash`` is what the account's password looked like at the password step (a keyed hash of its hash): a
    password changed between the two steps voids the half login (I4). ``standing`` is what the login was opened in;
    a proof alone never betters it, since the key that a thief has just bound proves as well as the owner's (D27, D35).
    """

    account: str
    proofs: tuple[Proof, ...] = ()
    is_known_browser: bool = False
    auth_hash: str = ""
    standing: Standing = Standing.FULL
    proof: str = ""

    @property
    def methods(self) -> frozenset[str]:
        """Return the names of what was verified."""
        return frozenset(proof.method for proof in self.proofs)

    @property
    def is_phishing_resistant(self) -> bool:
        """Tell whether a key bound to our origin, with the user verified, is among the proofs."""
        return USER_VERIFIED in self.methods and bool(RESISTANT_KEYS & self.methods)

    @property
    def is_complete(self) -> bool:
        """Tell whether both steps of a login are proven, whatever its standing."""
        return self.is_phishing_resistant or {PASSWORD, ONE_TIME_CODE} <= self.methods

    @property
    def level(self) -> Level:
        """Return what the proofs amount to. A code without a password, or a key without its user, is nothing."""
        if self.is_complete:
            return Level.HELD if self.standing is Standing.HELD else Level.AAL2
        return Level.HALF if PASSWORD in self.methods else Level.ANONYMOUS

    @property
    def proven_at(self) -> datetime | None:
        """Return when the strongest kind of proof held was last given.

        A fresh password does not freshen an old code, nor a fresh code an old passkey: a thief at an open
        session would renew it with the weakest thing he holds.
        """
        return max((proof.at for proof in self.proofs if proof.method in self.decisive), default=None)

    @property
    def decisive(self) -> frozenset[str]:
        """Return the methods that make the strongest kind of proof held; any of them given anew freshens it."""
        if not self.is_complete:
            return frozenset({PASSWORD})
        return RESISTANT_KEYS if self.is_phishing_resistant else frozenset({ONE_TIME_CODE})

    def proving(self, methods: Iterable[str], *, at: datetime, proof: str = "") -> "Record":
        """Return the record with ``methods`` proven at ``at``, each in place of its older proof.

        ``proof`` is the new name of the latest proof; it is taken where the strongest kind held was given, so that
        a code at the session of a passkey begins no new allowance (D29).

        Raise ProofMissingError for a method that has no name here.
        """
        fresh = frozenset(methods)
        if unknown := fresh - METHODS:
            raise ProofMissingError(f"unknown methods: {', '.join(sorted(unknown))}")
        kept = tuple(proof for proof in self.proofs if proof.method not in fresh)
        proven = replace(self, proofs=kept + tuple(Proof(method, at) for method in sorted(fresh)))
        return replace(proven, proof=proof) if proof and fresh & proven.decisive else proven

    def is_half_login(self, *, at: datetime) -> bool:
        """Tell whether a password was given, nothing else, and at most five minutes ago (at five it still holds)."""
        return (
            self.level == Level.HALF
            and self.proven_at is not None
            and timedelta(0) <= at - self.proven_at <= HALF_LOGIN_LASTS
        )

    def assurance(self, *, session: str, at: datetime) -> Assurance:
        """Return what a view may know of this: the frozen value for gates; a stale half login is nothing."""
        if not self.is_complete and not self.is_half_login(at=at):
            return ANONYMOUS
        return Assurance(
            level=self.level,
            account=self.account,
            session=session,
            methods=tuple(sorted(self.methods)),
            is_phishing_resistant=self.is_phishing_resistant,
            proven_at=self.proven_at,
            is_known_browser=self.is_known_browser,
            is_on_probation=self.standing is Standing.PROBATION,
            proof=self.proof,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the form stored with the session."""
        return {
            "format": _FORMAT,
            "account": self.account,
            "proofs": [[proof.method, proof.at.isoformat()] for proof in self.proofs],
            "is_known_browser": self.is_known_browser,
            "auth_hash": self.auth_hash,
            "standing": self.standing.value,
            "proof": self.proof,
        }


def read(stored: Mapping[str, Any]) -> Record | None:
    """Return the stored record, or None for none, for another format and for one that makes no sense.

    Failing closed: what cannot be read proves nothing.
    """
    if stored.get("format") != _FORMAT:
        return None
    try:
        proofs = tuple(Proof(str(method), datetime.fromisoformat(at)) for method, at in stored["proofs"])
        record = Record(
            account=str(stored["account"]),
            proofs=proofs,
            is_known_browser=stored["is_known_browser"] is True,
            auth_hash=str(stored["auth_hash"]),
            standing=Standing(stored["standing"]),
            proof=str(stored["proof"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    is_sound = record.account and all(proof.at.tzinfo is not None for proof in proofs)
    return record if is_sound else None
