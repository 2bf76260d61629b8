"""Writes the made-up people, in bulk: a few statements for each few hundred of them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice
from uuid import UUID

from hardening.encryption.subject import subject_of
from portal.coverage.domains import Domain
from portal.coverage.models import Beneficiary, Contract, Guarantee, Insurer
from portal.demo.households import Household, Person, Town
from portal.demo.insurers import INSURERS, PRIOR_AGREEMENT, PRODUCTS, cover
from portal.demo.samples import HOUSEHOLDS, NOBODY

HOUSEHOLDS_A_BATCH = 250
YEARS_COVERED = 3


def fill(*, people: int, today: date, advance: Callable[[int], None]) -> int:
    """Write the samples and about as many more as make ``people``; return how many there are.

    ``advance`` is told how many people each batch wrote. One transaction a batch: an interrupted run is visible
    as a smaller town, never as contracts without their people.
    """
    insurers = [Insurer(name=name, amc_number=number, telephone=phone) for name, number, phone in INSURERS]
    Insurer.objects.bulk_create(insurers)
    written = 0
    for batch in _batches(households(people=people, today=today)):
        count = _write(batch, insurers=insurers, today=today)
        advance(count)
        written += count
    return written


def households(*, people: int, today: date) -> Iterator[Household]:
    """Yield the samples and about as many more as make ``people``: the same ones for the same day."""
    numbers = {person.nir for household in HOUSEHOLDS for person in household.people} | {NOBODY.nir}
    town = Town(today, reserved=tuple(sorted(numbers)))
    sampled = sum(len(household.people) for household in HOUSEHOLDS)
    return chain(HOUSEHOLDS, town.households(people=max(0, people - sampled), insurers=len(INSURERS)))


def _batches(households: Iterable[Household]) -> Iterator[list[Household]]:
    remaining = iter(households)
    while batch := list(islice(remaining, HOUSEHOLDS_A_BATCH)):
        yield batch


def _write(households: list[Household], *, insurers: list[Insurer], today: date) -> int:
    contracts = [_contract(household, insurer=insurers[household.insurer], today=today) for household in households]
    pairs = list(zip(households, contracts, strict=True))
    records = [list(_records(household, contract)) for household, contract in pairs]
    Contract.objects.bulk_create(contracts)
    Guarantee.objects.bulk_create(chain.from_iterable(_guarantees(*pair) for pair in pairs))
    # Holders first: dependants point at them.
    Beneficiary.objects.bulk_create([household[0] for household in records])
    Beneficiary.objects.bulk_create([record for household in records for record in household[1:]])
    return sum(map(len, records))


def _contract(household: Household, *, insurer: Insurer, today: date) -> Contract:
    last_day = date(today.year - household.has_expired, 12, 31)
    return Contract(
        insurer=insurer,
        product=PRODUCTS[household.formula],
        csr=f"{household.formula:02}",
        valid_from=date(last_day.year - YEARS_COVERED, 1, 1),
        valid_until=last_day,
    )


def _guarantees(household: Household, contract: Contract) -> Iterator[Guarantee]:
    for domain in Domain:
        rate, ceiling = cover(domain, formula=household.formula)
        needs = domain in PRIOR_AGREEMENT
        yield Guarantee(contract=contract, domain=domain, rate=rate, ceiling=ceiling, needs_prior_agreement=needs)


def _records(household: Household, contract: Contract) -> Iterator[Beneficiary]:
    holder: Beneficiary | None = None
    for person in household.people:
        record = _record(person, household, contract)
        record.holder = holder
        holder = holder or record
        yield record


def _record(person: Person, household: Household, contract: Contract) -> Beneficiary:
    subject: UUID = subject_of(nir=person.nir, birth_date=person.birth_date, birth_rank=person.birth_rank)
    return Beneficiary(
        contract=contract,
        subject=subject,
        quality=person.quality,
        carries_holder_number=person.carries_holder_number,
        nir=person.nir,
        birth_date=person.birth_date,
        birth_rank=person.birth_rank,
        last_name=person.last_name,
        first_names=person.first_names,
        marital_status=person.marital_status,
        contract_number=household.contract_number,
        member_number=household.member_number,
        rights_from=max(contract.valid_from, person.birth_date),
        rights_until=contract.valid_until,
    )
