"""Reserve an attempt before anything is compared, and settle it afterwards: one counter for every step."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from hardening import clock
from hardening.clients import Client
from hardening.errors import CodeDisabled, HardeningError, LockedOut
from hardening.events import AttemptBlocked, AttemptFailed, AuthenticatorDisabled, LockoutStarted, ReviewFlagged, emit
from hardening.keys.digests import digest
from hardening.lockout import bucket_keys
from hardening.lockout.buckets import Bucket, Kind
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.cooloff import counted
from hardening.lockout.models import KnownBrowser, StoredBucket
from hardening.lockout.names import normal_name
from hardening.lockout.stores import Attempt, alias_of_buckets, failing_closed, slot_store, time_of_attempts
from hardening.lockout.stores.records import filled

CODE = "code"
SECOND_STEPS = frozenset({CODE, "recovery"})
"""Steps that only somebody with the right password reaches: counted apart as well (D32)."""

_SLOT_BYTES = 6
_ORIGIN_LENGTH = 8
_NOTED = "hardening_refusal"

_bucket_digest = partial(digest, "lockout.bucket")


class UnguardedAttemptError(HardeningError):
    """Somebody asked whether a password is right without saying where the question comes from."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An attempt under way. It is a failure until ``give_back``: a process that dies has failed."""

    id: str
    step: str
    submitted: str
    client: Client
    account: str
    at: datetime
    buckets: tuple[Bucket, ...]
    """As they stand with this attempt counted; the first is the account's own."""

    @property
    def is_last_of_patience(self) -> bool:
        """Tell whether this attempt, if it fails, is the one after which unknown browsers take no code (D32)."""
        own = self.buckets[0]
        patience = LockoutSettings.load().rule_for(own.kind).second_steps
        return self.step in SECOND_STEPS and 0 < patience == own.second_step_failures

    def give_back(self) -> None:
        """Take this attempt out of the counters: the step was right. Nobody else's failures go with it."""
        _settle(self, cleared=None)

    def fail(self, *, account: str = "") -> None:
        """Say that the step was wrong. It is counted already; ``account`` is whose name it was, if anybody's."""
        account = account or self.account
        events = [
            AttemptFailed(
                at=clock.now(), account=account, client=self.client, step=self.step, submitted=self.submitted
            ),
            *_consequences(self, account=account),
        ]
        with failing_closed(), transaction.atomic(using=alias_of_buckets()):
            if len(events) > 1:
                # Also with no account: a name that exists must not cost a statement more (P28).
                StoredBucket.objects.filter(key=self.buckets[0].key, account="").update(account=account)
            for event in events:
                emit(event)


def reserve(
    *, submitted: str, step: str, client: Client, device: KnownBrowser | None = None, account: str = ""
) -> Slot:
    """Return the slot of one attempt, taken atomically before any hash: N parallel guesses get at most the limit.

    Every step of a login counts in the same buckets, under the normal form of ``submitted`` (at the second step,
    the account's username). ``device`` moves the attempt into that browser's own bucket. ``account`` is the
    opaque id where it is already known.

    Raise LockedOut, carrying the moment the next attempt is accepted, when a bucket rests; CodeDisabled when unknown
    browsers take no code of this account any more; StoreUnavailableError when attempts cannot be counted.
    """
    name = normal_name(submitted)
    buckets = _buckets(name, client=client, device=device)
    if step != CODE:
        # The password only leads to the next step, and nobody guesses a recovery code: 80 random bits.
        buckets = tuple(replace(each, rule=replace(each.rule, second_steps=0)) for each in buckets)
    own = buckets[0]
    attempt = Attempt(
        slot=secrets.token_hex(_SLOT_BYTES),
        step=step,
        is_second_step=step in SECOND_STEPS,
        account=account or (str(device.account_id) if device else ""),
        network=client.network,
        browser=client.browser,
        origins={
            bucket.key: own.key.hex[:_ORIGIN_LENGTH] if bucket.kind is Kind.ADDRESS else client.network
            for bucket in buckets
        },
    )
    answer = slot_store().reserve(attempt, buckets=buckets, at=time_of_attempts())
    taken = sorted(answer.buckets, key=lambda bucket: bucket.kind)
    if not answer.is_allowed:
        _tell_refusal(taken, attempt=attempt, client=client, submitted=_submitted(name))
        raise _refusal(taken, at=answer.at)
    return Slot(
        id=attempt.slot,
        step=step,
        submitted=_submitted(name),
        client=client,
        account=attempt.account,
        at=answer.at,
        buckets=tuple(taken),
    )


def clear(slot: Slot) -> None:
    """Empty the account's own bucket: a login is complete. The address's keeps all but this attempt (P12, R6)."""
    _settle(slot, cleared=slot.buckets[0].key)


def locked_until(*, submitted: str, client: Client, device: KnownBrowser | None = None) -> datetime | None:
    """Return when the next attempt would be accepted, or None if it would be now. Reads only, and takes no slot."""
    buckets = {bucket.key: bucket for bucket in _buckets(normal_name(submitted), client=client, device=device)}
    with failing_closed():
        rows = list(
            StoredBucket.objects.filter(key__in=buckets).values("key", "failures", "refused", "second_step_failures")
        )
    at = clock.now()
    ends = [filled(buckets[row["key"]], record=row).locked_until(at=at) for row in rows]
    return max((until for until in ends if until), default=None)


def refusal_of(request: HttpRequest) -> LockedOut | None:
    """Return the lockout that ``authenticate(request, …)`` just met, for the page that tells the person until when."""
    refusal = getattr(request, _NOTED, None)
    return refusal if isinstance(refusal, LockedOut) else None


def note_refusal(request: HttpRequest, *, refusal: LockedOut) -> None:
    """Leave the lockout with the request: Django's ``authenticate()`` can only answer None."""
    setattr(request, _NOTED, refusal)


def own_key(submitted: str) -> UUID:
    """Return the key of the bucket that unknown browsers share for this name."""
    return bucket_keys.unknown_browsers(normal_name(submitted), digest=_bucket_digest)


def address_key(network: str) -> UUID:
    """Return the key of the bucket of this network."""
    return bucket_keys.address(network, digest=_bucket_digest)


def _buckets(name: str, *, client: Client, device: KnownBrowser | None) -> tuple[Bucket, ...]:
    """Return the buckets of an attempt; a known browser answers for itself alone (P9)."""
    settings = LockoutSettings.load()
    if device is not None:
        key = bucket_keys.known_browser(name, device.series, digest=_bucket_digest)
        return (Bucket(key=key, kind=Kind.KNOWN_BROWSER, rule=settings.rule_for(Kind.KNOWN_BROWSER)),)
    key = bucket_keys.unknown_browsers(name, digest=_bucket_digest)
    own = Bucket(key=key, kind=Kind.UNKNOWN_BROWSERS, rule=settings.rule_for(Kind.UNKNOWN_BROWSERS))
    if not client.network:
        # No address at all (a Unix socket that is not trusted): one counter for everybody would be a weapon.
        return (own,)
    rule = settings.rule_for(Kind.ADDRESS)
    return (own, Bucket(key=address_key(client.network), kind=Kind.ADDRESS, rule=rule))


def _submitted(name: str) -> str:
    return digest("lockout.submitted", name)


def _settle(slot: Slot, *, cleared: UUID | None) -> None:
    slot_store().settle(
        slot.id,
        keys=[bucket.key for bucket in slot.buckets],
        was_second_step=slot.step in SECOND_STEPS,
        cleared=cleared,
    )


def _consequences(slot: Slot, *, account: str) -> list[LockoutStarted | ReviewFlagged | AuthenticatorDisabled]:
    told: list[LockoutStarted | ReviewFlagged | AuthenticatorDisabled] = []
    if slot.is_last_of_patience:
        told.append(
            AuthenticatorDisabled(
                at=slot.at,
                account=account,
                client=slot.client,
                kind="one_time_code",
                failures=slot.buckets[0].second_step_failures,
            )
        )
    for bucket in slot.buckets:
        holder = "" if bucket.kind is Kind.ADDRESS else account
        failures = counted([failure.at for failure in bucket.failures], rule=bucket.rule)
        until = bucket.locked_until(at=slot.at)
        if until is not None:
            told.append(
                LockoutStarted(
                    at=slot.at,
                    account=holder,
                    client=slot.client,
                    bucket=bucket.kind.name.lower(),
                    failures=failures,
                    until=until,
                )
            )
        if failures == bucket.rule.review_at:
            told.append(ReviewFlagged(at=slot.at, account=holder, client=slot.client, failures=failures))
    return told


def _tell_refusal(refusing: list[Bucket], *, attempt: Attempt, client: Client, submitted: str) -> None:
    worth_telling = [bucket.refused for bucket in refusing if _is_power_of_ten(bucket.refused)]
    if worth_telling:
        blocked = AttemptBlocked(
            at=clock.now(),
            account=attempt.account,
            client=client,
            step=attempt.step,
            submitted=submitted,
            refused=max(worth_telling),
        )
        with failing_closed(), transaction.atomic(using=alias_of_buckets()):
            emit(blocked)


def _is_power_of_ten(number: int) -> bool:
    return str(number).rstrip("0") == "1"


def _refusal(refusing: list[Bucket], *, at: datetime) -> LockedOut:
    until = max((until for bucket in refusing if (until := bucket.locked_until(at=at))), default=at)
    is_disabled = any(bucket.is_exhausted for bucket in refusing)
    return CodeDisabled(until=until) if is_disabled else LockedOut(until=until)
