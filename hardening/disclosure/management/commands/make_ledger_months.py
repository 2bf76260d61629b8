"""``manage.py make_ledger_months``: make the coming months of the ledger."""

from hardening.disclosure.months import MONTHS
from hardening.monthly_command import MonthlyCommand


class Command(MonthlyCommand):
    """Make the ledger's months."""

    help = "Make the partitions of this month and the coming ones."
    table = MONTHS
