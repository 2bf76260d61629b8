"""Made-up insurers and what their formulas pay."""

from decimal import Decimal

from portal.coverage.domains import Domain

INSURERS = (
    ("Mutuelle du Rivage", "99100011", "01 99 00 10 11"),
    ("Prévoyance des Coteaux", "99100029", "01 99 00 10 29"),
    ("Santé Bocage", "99100037", "02 61 91 10 37"),
    ("Mutuelle des Îles réunies", "99100045", "02 61 91 10 45"),
    ("Entraide des Métiers d’art", "991000537", "03 53 01 05 37"),
    ("Assurances du Grand Large", "9910006145", "04 65 71 61 45"),
)
"""Name, AMC number, telephone: numbers of the ranges that the regulator keeps for fiction."""

PRODUCTS = ("Essentielle", "Équilibre", "Sérénité")

# For each formula: rate in per cent, ceiling in euros a year (None: no ceiling).
COVER: dict[Domain, tuple[tuple[int, int | None], ...]] = {
    Domain.PHARMACY: ((35, None), (70, None), (100, None)),
    Domain.MEDICINE: ((30, None), (70, None), (100, None)),
    Domain.LABORATORY: ((40, None), (80, None), (100, None)),
    Domain.RADIOLOGY: ((30, None), (70, None), (100, None)),
    Domain.AUXILIARY: ((40, None), (80, None), (100, None)),
    Domain.TOWN_CARE: ((30, None), (60, None), (100, None)),
    Domain.DENTAL: ((40, 400), (70, 900), (90, 1800)),
    Domain.OPTICS: ((40, 150), (75, 320), (90, 600)),
    Domain.HEARING: ((40, 500), (70, 1100), (90, 1700)),
    Domain.HOSPITAL: ((60, None), (90, None), (100, None)),
    Domain.TRANSPORT: ((35, 300), (65, 600), (100, None)),
}
PRIOR_AGREEMENT = frozenset({Domain.DENTAL, Domain.OPTICS, Domain.HEARING, Domain.HOSPITAL})


def cover(domain: Domain, *, formula: int) -> tuple[int, Decimal | None]:
    """Return rate and ceiling."""
    rate, ceiling = COVER[domain][formula]
    return rate, None if ceiling is None else Decimal(ceiling)
