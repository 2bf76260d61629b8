"""People to try: one for each answer that the portal can give."""

from dataclasses import dataclass
from datetime import date

from portal.coverage.models import MaritalStatus, Quality
from portal.demo.households import Household, Person
from portal.demo.numbers import with_key

JOSETTE = Person(with_key("2540269955017"), date(1954, 2, 3), "Josette", "MOREAU", marital_status=MaritalStatus.WIDOWED)
KARIM = Person(with_key("1850744960031"), date(1985, 7, 14), "Karim", "HADDAD", marital_status=MaritalStatus.MARRIED)
LEA = Person(KARIM.nir, date(2019, 5, 21), "Léa", "HADDAD", Quality.CHILD, carries_holder_number=True)
HUGO = Person(KARIM.nir, date(2019, 5, 21), "Hugo", "HADDAD", Quality.CHILD, birth_rank=2, carries_holder_number=True)
NOUR = Person(KARIM.nir, date(2006, 1, 15), "Nour", "HADDAD", Quality.CHILD, carries_holder_number=True)
BERNARD = Person(with_key("1711133958004"), date(1971, 11, 30), "Bernard", "LEMOINE")
LUCIE = Person(with_key("288062A952009"), date(1988, 6, 18), "Lucie", "SANTINI")
MARCEL = Person(with_key("1631297184042"), date(1963, 12, 9), "Marcel", "LACROIX")
ANA = Person(with_key("2900999583021"), date(1990, 9, 5), "Ana", "DA SILVA")
OLIVIER = Person(with_key("1790435961020"), date(1979, 4, 22), "Olivier", "LE GALL")
NOBODY = Person(with_key("1800175989899"), date(1980, 1, 15), "", "")

HOUSEHOLDS = (
    Household((JOSETTE,), contract_number="C202400001", member_number="0090000001", formula=2),
    Household((KARIM, LEA, HUGO, NOUR), contract_number="C202400002", member_number="0090000002", insurer=1),
    Household((BERNARD,), contract_number="C202400003", member_number="0090000003", has_expired=True),
    Household((LUCIE,), contract_number="C202400004", member_number="0090000004", insurer=2),
    Household((MARCEL,), contract_number="C202400005", member_number="0090000005", insurer=3, formula=0),
    Household((ANA,), contract_number="C202400006", member_number="0090000006", insurer=4),
    Household((OLIVIER,), contract_number="C202400007", member_number="0090000007", insurer=5, has_expired=True),
    Household((OLIVIER,), contract_number="C202400008", member_number="0090000008", insurer=0),
)


@dataclass(frozen=True)
class Sample:
    """A line of the list that the demonstration prints at its start."""

    person: Person
    expect: str
    birth_rank: int | None = None


SAMPLES = (
    Sample(JOSETTE, "rights open"),
    Sample(KARIM, "rights open; his children are found under his number with their own date"),
    Sample(LEA, "one of twins: without a birth rank the portal asks for it"),
    Sample(HUGO, "the second twin", birth_rank=2),
    Sample(NOUR, "not found: over 16, and known only under the holder's number"),
    Sample(BERNARD, "rights ended on 31 December"),
    Sample(LUCIE, "born in Corsica (2A)"),
    Sample(MARCEL, "born overseas"),
    Sample(ANA, "born abroad"),
    Sample(OLIVIER, "has changed insurer: the present record"),
    Sample(NOBODY, "not found: a valid number that nobody has"),
)
