"""What a look-up answers: as little as the practitioner's own domain needs."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hardening import clock, mask_nir
from portal.coverage.models import Beneficiary, Contract, Guarantee, Insurer
from portal.coverage.rights import has_open_rights
from portal.directory.desks import Desk
from portal.lookups.models import LookUp

FIELDS = ("nir", "first_names", "last_name", "contract_number", "member_number")
"""What is opened for an answer. The birth date was typed, and the marital status is nobody's business here."""

_NO_CONTRACT = UUID(int=0)


@dataclass(frozen=True)
class Person:
    """The opened part of an answer, already as small as it is shown."""

    name: str
    masked_nir: str
    contract_number: str
    member_number: str


@dataclass(frozen=True)
class Answer:
    """Everything the page says. ``person`` is None when nobody was found."""

    look_up: LookUp
    on: date
    person: Person | None
    record: Beneficiary | None
    guarantees: tuple[Guarantee, ...]

    @property
    def contract(self) -> Contract | None:
        """Return the contract of the person found."""
        return self.record.contract if self.record else None

    @property
    def insurer(self) -> Insurer | None:
        """Return the insurer of the person found."""
        return self.contract.insurer if self.contract else None


def person_of(opened: Any) -> Person:  # noqa: ANN401 - the gate's view has the attributes that were declared
    """Return what is shown of the opened values: a first name and an initial are enough to see a mix-up."""
    return Person(
        name=f"{opened.first_names} {opened.last_name[:1]}.",
        masked_nir=mask_nir(opened.nir),
        contract_number=opened.contract_number,
        member_number=opened.member_number,
    )


def note(desk: Desk, *, account: Any, record: Beneficiary | None, person: Person | None, on: date) -> Answer:  # noqa: ANN401
    """Keep the look-up in the account's own history, and return the answer to show.

    A miss runs the same two statements as a hit, so that the time of an answer says no more than its words.
    """
    is_open = record is not None and has_open_rights(on, begin=record.rights_from, end=record.rights_until)
    look_up = LookUp.objects.create(
        account=account,
        practitioner=desk.practitioner,
        establishment=desk.establishment,
        beneficiary=record,
        has_open_rights=is_open,
        at=clock.now(),
    )
    contract = record.contract_id if record else _NO_CONTRACT
    guarantees = tuple(Guarantee.objects.filter(contract=contract, domain=desk.domain))
    return Answer(look_up, on, person, record, guarantees)
