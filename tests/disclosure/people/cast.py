"""The people of the look-up tests. Their communes do not exist, so that none of these numbers can be anybody's."""

from dataclasses import dataclass
from datetime import date

from hardening.encryption.nir import nir_key
from hardening.encryption.subject import subject_of
from tests.disclosure.people.models import Contract, Insured


@dataclass(frozen=True)
class Who:
    """What somebody says at the counter."""

    nir: str
    birth_date: date
    last_name: str
    birth_rank: int = 1


def number(thirteen: str) -> str:
    """Return the full number."""
    return f"{thirteen}{nir_key(thirteen)}"


ODILE = Who(number("2690549588157"), date(1969, 5, 12), "Ferrand")
PAUL = Who(number("1690549588158"), date(1969, 5, 30), "Ferrand")
LENA = Who(ODILE.nir, date(2015, 2, 3), "Ferrand-Kone")
TOM = Who(ODILE.nir, date(2015, 2, 3), "Ferrand-Kone", birth_rank=2)
NOBODY = Who(number("2690549588159"), date(1969, 5, 12), "")


def insure(who: Who, *, insurer: str = "mutuelle-a", contract: Contract | None = None) -> Insured:
    """Put somebody on record."""
    subject = subject_of(nir=who.nir, birth_date=who.birth_date, birth_rank=who.birth_rank)
    return Insured.objects.create(  # type: ignore[no-any-return]  # the manager is built at run time
        contract=contract or Contract.objects.create(insurer=insurer, number=f"C-{who.last_name}"),
        subject=subject,
        nir=who.nir,
        birth_date=who.birth_date,
        birth_rank=who.birth_rank,
        last_name=who.last_name,
    )
