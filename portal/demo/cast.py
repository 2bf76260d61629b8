"""The professionals of the demonstration and the places where they work."""

from dataclasses import dataclass

from portal.accounts.models import Account
from portal.directory.models import Delegate, Establishment, Practice, Practitioner
from portal.directory.professions import Profession

PASSWORD = "les-lunettes-de-lyon-2024"  # noqa: S105 - printed at every start of the demonstration
"""The same for everybody here. It opens nothing by itself, which is what the demonstration is about."""


@dataclass(frozen=True)
class Place:
    """An establishment; numbers are synthetic, with a valid key."""

    name: str
    town: str
    finess: str
    siret: str
    bank_details: str
    telephone: str


@dataclass(frozen=True)
class Member:
    """One login. ``acts_for`` is the username of a delegate's practitioner."""

    username: str
    full_name: str
    role: str
    place: Place | None = None
    profession: Profession | None = None
    rpps: str = ""
    acts_for: str = ""
    is_administrator: bool = False
    has_code: bool = True


OPTICS = Place(
    "Optique Bellecour",
    "Lyon",
    "990000010",
    "73282932000074",
    bank_details="FR15 9999 9900 0000 0000 0010 101",
    telephone="04 65 71 10 01",
)
DENTAL = Place(
    "Cabinet du quai",
    "Nantes",
    "990123457",
    "40483304800022",
    bank_details="FR52 9999 9900 0000 0000 0020 202",
    telephone="02 61 91 10 02",
)
PHARMACY = Place(
    "Pharmacie de la gare",
    "Dijon",
    "990000028",
    "40483304800030",
    bank_details="FR89 9999 9900 0000 0000 0030 303",
    telephone="03 53 01 10 03",
)
HEARING = Place(
    "Audition du port",
    "Brest",
    "990000036",
    "40483304800048",
    bank_details="FR29 9999 9900 0000 0000 0040 404",
    telephone="02 61 91 10 04",
)

CAST = (
    Member("benali", "Dr Amine Benali", "optician, Lyon", OPTICS, Profession.OPTICIAN, "10002673899"),
    Member("julie", "Julie Roche", "delegate of Dr Benali: own login, his budget", acts_for="benali"),
    Member("martin", "Claire Martin", "dentist, Nantes", DENTAL, Profession.DENTIST, "10100050075"),
    Member("gare", "Pharmacie de la gare", "pharmacy, Dijon", PHARMACY, Profession.PHARMACY, "11102058236"),
    Member(
        "girard",
        "Paul Girard",
        "audiologist, Brest; has no code yet: needs a letter from an administrator",
        HEARING,
        Profession.AUDIOLOGIST,
        "10002673900",
        has_code=False,
    ),
    Member("sophie", "Sophie Laurent", "administrator", is_administrator=True),
    Member("marc", "Marc Olivier", "second administrator", is_administrator=True),
)


def hire() -> dict[str, Account]:
    """Create the cast with their places, and return their accounts by username; nobody has an authenticator yet."""
    accounts = {member.username: _account(member) for member in CAST}
    practitioners = {
        m.username: _practitioner(accounts[m.username], m.place, rpps=m.rpps, profession=m.profession)
        for m in CAST
        if m.place and m.profession
    }
    for member in CAST:
        if member.acts_for:
            Delegate.objects.create(account=accounts[member.username], practitioner=practitioners[member.acts_for])
    return accounts


def _account(member: Member) -> Account:
    create = Account.objects.create_superuser if member.is_administrator else Account.objects.create_user
    address = f"{member.username}@portail.example"
    return create(member.username, password=PASSWORD, full_name=member.full_name, email=address)


def _practitioner(account: Account, place: Place, *, rpps: str, profession: Profession) -> Practitioner:
    practitioner = Practitioner.objects.create(account=account, profession=profession, rpps=rpps)
    establishment = Establishment.objects.create(  # type: ignore[misc]  # encrypted attributes are made at run time
        name=place.name,
        town=place.town,
        finess=place.finess,
        siret=place.siret,
        bank_details=place.bank_details,
        telephone=place.telephone,
    )
    Practice.objects.create(practitioner=practitioner, establishment=establishment)
    return practitioner
