"""What administrators see of lockouts, and how they end one: plain values in, plain values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hardening import clock
from hardening.addresses import network_of, parse_address
from hardening.events import AuthenticatorEnabled, LockoutReleased, emit
from hardening.lockout import sentences
from hardening.lockout.accounts import account_named
from hardening.lockout.attempts import address_key, own_key
from hardening.lockout.buckets import Bucket, Kind
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.cooloff import counted, is_flagged
from hardening.lockout.disabling import KIND, exhausted
from hardening.lockout.json_length import JSONLength
from hardening.lockout.models import Release, StoredBucket
from hardening.lockout.stores import alias_of_buckets
from hardening.lockout.stores.records import failures_of, filled

LONGEST_REASON = 400


@dataclass(frozen=True, kw_only=True)
class OpenLockout:
    """A bucket that refuses attempts now, or that somebody should look at."""

    key: str
    """What ``release`` takes. Says nothing by itself."""
    kind: Kind
    account: str
    """Opaque id; empty for a name that belongs to nobody, and for an address."""
    failures: int
    """In the rule's window: 24 hours, or one hour for an address."""
    refused: int
    """Attempts refused since the last failure."""
    since: datetime
    last_failed_at: datetime
    until: datetime | None
    """None where it refuses nothing at present."""
    is_flagged: bool
    is_code_disabled: bool
    """Unknown browsers take no code of the account until its owner or a release opens them again (D32)."""
    networks: tuple[str, ...]
    browsers: tuple[str, ...]
    steps: tuple[str, ...]
    shared_with: int
    """Other names that failed from the same networks in the last hour."""
    failed_at: tuple[datetime, ...]

    @property
    def is_known_browser(self) -> bool:
        """Tell whether the failures come from a browser that the account knows."""
        return self.kind is Kind.KNOWN_BROWSER

    @property
    def reason(self) -> str:
        """Return why, as a sentence with the figures, in the reader's language."""
        return sentences.reason(self)


def open_lockouts(*, limit: int = 200) -> list[OpenLockout]:
    """Return the buckets that refuse attempts or are flagged for review, the latest failure first."""
    now, settings = clock.now(), LockoutSettings.load()
    disabled = list(exhausted().values_list("pk", flat=True))
    rows = (
        StoredBucket.objects.alias(recorded=JSONLength("failures"))
        .filter(
            Q(last_failed_at__gt=now - settings.keep_flagged_for, recorded__gte=settings.failures) | Q(pk__in=disabled)
        )
        .order_by("-last_failed_at")
    )
    found: list[tuple[StoredBucket, Bucket]] = []
    for row in rows.iterator(chunk_size=500):
        bucket = bucket_of(row)
        if bucket.is_closed(at=now) or is_flagged(_times(bucket), rule=bucket.rule):
            found.append((row, bucket))
        if len(found) == limit:
            break
    names = _names_by_network([bucket for _, bucket in found], at=now)
    return [_open(row, bucket, names=names, at=now) for row, bucket in found]


def release(lockout: str, *, released_by: str, reason: str, only_from: str = "") -> bool:
    """End the lockout of this key; False where there is nothing to end. The evidence stays, in a row of its own.

    With ``only_from`` it ends only where every failure came from that network, and never with a disabled code.

    Raise ValueError without a reason: who reads it next year was not there.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ValueError(f"a release needs a reason of at most {LONGEST_REASON} characters")
    alias = alias_of_buckets()
    with transaction.atomic(using=alias):
        row = StoredBucket.objects.using(alias).select_for_update().filter(key=UUID(lockout)).first()
        if row is None:
            return False
        bucket = bucket_of(row)
        if not row.failures and not bucket.is_exhausted:
            return False
        # Once more, under the lock: another guesser may have come since the list was read.
        if only_from and (bucket.is_exhausted or {failure.origin for failure in bucket.failures} != {only_from}):
            return False
        _keep_evidence(row, bucket, released_by=released_by, reason=reason.strip())
        StoredBucket.objects.using(alias).filter(key=row.key).update(
            failures=[],
            refused=0,
            # Short of a hundred the count goes on: a release forgives the cool-off, not the patience of a guesser.
            second_step_failures=0 if bucket.is_exhausted else row.second_step_failures,
        )
        if bucket.is_exhausted:
            emit(
                AuthenticatorEnabled(
                    at=clock.now(), account=row.account, kind=KIND, by="administrator", actor=released_by
                )
            )
        emit(
            LockoutReleased(
                at=clock.now(),
                account=row.account,
                bucket=bucket.kind.name.lower(),
                failures=len(bucket.failures),
                released_by=released_by,
                reason=reason.strip(),
            )
        )
    return True


def release_name(name: str, *, released_by: str, reason: str) -> int:
    """End every lockout under this name, and of the browsers that its account knows; return how many."""
    account = account_named(name)
    keys = {own_key(name)}
    if account is not None:
        keys |= set(StoredBucket.objects.filter(account=str(account.pk)).values_list("key", flat=True))
    return sum(release(key.hex, released_by=released_by, reason=reason) for key in keys)


def release_address(address: str, *, released_by: str, reason: str) -> int:
    """End the lockout of the network that ``address`` stands in; return how many ended."""
    parsed = parse_address(address)
    if parsed is None:
        return 0
    return int(release(address_key(network_of(parsed)).hex, released_by=released_by, reason=reason))


def bucket_of(row: StoredBucket) -> Bucket:
    """Return the kernel's value of a row, under the rule in force."""
    kind = Kind(row.kind)
    record = {
        "failures": row.failures,
        "refused": row.refused,
        "second_step_failures": row.second_step_failures,
    }
    return filled(Bucket(key=row.key, kind=kind, rule=LockoutSettings.load().rule_for(kind)), record=record)


def _keep_evidence(row: StoredBucket, bucket: Bucket, *, released_by: str, reason: str) -> None:
    Release.objects.create(
        released_at=clock.now(),
        released_by=released_by,
        reason=reason,
        key=row.key,
        kind=row.kind,
        account=row.account,
        failures=len(bucket.failures),
        refused=row.refused,
        networks=len({failure.origin for failure in bucket.failures}),
        failed_at=[[failure.at.isoformat(), failure.step] for failure in bucket.failures],
    )


def _names_by_network(buckets: Iterable[Bucket], *, at: datetime) -> dict[str, set[str]]:
    """Return, for each network seen, the beginnings of the keys of the names that failed from it lately."""
    networks = {
        failure.origin
        for bucket in buckets
        if bucket.kind is not Kind.ADDRESS
        for failure in bucket.failures
        if failure.origin
    }
    keys = {address_key(network): network for network in networks}
    rows = StoredBucket.objects.filter(key__in=keys).values_list("key", "failures")
    lately = at - timedelta(hours=1)
    return {
        keys[key]: {failure.origin for failure in failures_of(failures) if failure.at > lately}
        for key, failures in rows
    }


def _open(row: StoredBucket, bucket: Bucket, *, names: dict[str, set[str]], at: datetime) -> OpenLockout:
    origins = _distinct(failure.origin for failure in bucket.failures)
    is_address = bucket.kind is Kind.ADDRESS
    others = set(origins) if is_address else set().union(*(names.get(origin, set()) for origin in origins))
    return OpenLockout(
        key=row.key.hex,
        kind=bucket.kind,
        account=row.account,
        failures=counted(_times(bucket), rule=bucket.rule),
        refused=bucket.refused,
        since=bucket.failures[0].at if bucket.failures else row.last_failed_at,
        last_failed_at=row.last_failed_at,
        until=bucket.locked_until(at=at),
        is_flagged=is_flagged(_times(bucket), rule=bucket.rule),
        is_code_disabled=bucket.is_exhausted,
        networks=(row.network,) if is_address else origins,
        browsers=_distinct(failure.browser for failure in bucket.failures),
        steps=_distinct(failure.step for failure in bucket.failures),
        shared_with=len({name for name in others if not row.key.hex.startswith(name)}),
        failed_at=tuple(_times(bucket)),
    )


def _times(bucket: Bucket) -> Sequence[datetime]:
    return [failure.at for failure in bucket.failures]


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
