"""The cast of these tests: two practitioners and the administrators."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Permission

from portal.accounts.models import Account

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

EVERYTHING = (
    "view_release",
    "add_release",
    "view_enrolmentgrant",
    "add_enrolmentgrant",
    "view_entry",
)


def amine() -> Account:
    """Dr Amine Benali, optician in Lyon."""
    return Account.objects.create_user("amine.benali", full_name="Amine Benali")


def claire() -> Account:
    """Claire Martin, dentist in Nantes."""
    return Account.objects.create_user("claire.martin", full_name="Claire Martin")


def sophie(*, may: Iterable[str] = EVERYTHING, username: str = "sophie", is_staff: bool = True) -> Account:
    """Sophie, the administrator on duty."""
    account = Account.objects.create_user(username, full_name="Sophie Bernard", is_staff=is_staff)
    account.user_permissions.set(Permission.objects.filter(codename__in=may))
    return account
