"""``manage.py make_audit_months``: make the coming months of the audit's table."""

from hardening.audit.months import MONTHS
from hardening.monthly_command import MonthlyCommand


class Command(MonthlyCommand):
    """Make the audit's months."""

    help = "Make the partitions of this month and the coming ones."
    table = MONTHS
