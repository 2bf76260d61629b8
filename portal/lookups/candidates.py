"""Whom a number may name. The gate then compares birth date and rank, on opened values."""

from datetime import date

from django.db.models import F, QuerySet

from portal.coverage.models import Beneficiary, Insurer
from portal.lookups.birth_dates import age_on

HOLDERS_NUMBER_UP_TO_AGE = 16
"""Older dependants have a number of their own, and a parent's look-up no longer shows them."""


def by_nir(nir: str, *, birth_date: date, on: date) -> QuerySet[Beneficiary]:
    """Return the records under this number that a person born on ``birth_date`` may be shown from.

    The age comes from the date that was typed, so that the rule costs no look at any record.
    """
    found = _records().filter(nir=nir)
    return found if _is_young(birth_date, on=on) else found.filter(carries_holder_number=False)


def by_member_number(insurer: Insurer, member_number: str, *, birth_date: date, on: date) -> QuerySet[Beneficiary]:
    """Return the records under this member number of this insurer, which a whole household shares."""
    found = _records().filter(contract__insurer=insurer, member_number=member_number)
    return found if _is_young(birth_date, on=on) else found.filter(holder__isnull=True)


def _records() -> QuerySet[Beneficiary]:
    # Whoever changed insurer has two records: the present one comes first.
    latest_first = F("rights_until").desc(nulls_first=True)
    return Beneficiary.objects.select_related("contract__insurer").order_by(latest_first, "pk")


def _is_young(birth_date: date, *, on: date) -> bool:
    return age_on(on, birth_date=birth_date) <= HOLDERS_NUMBER_UP_TO_AGE
