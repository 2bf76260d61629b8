"""The months of the ledger."""

from hardening.monthly_table import MonthlyTable

MONTHS = MonthlyTable("hardening_disclosure_ledger", make_function="hardening_disclosure_make_month")
