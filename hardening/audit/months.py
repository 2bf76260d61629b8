"""The months of the entries' table."""

from hardening.monthly_table import MonthlyTable

MONTHS = MonthlyTable("hardening_audit_entry", make_function="hardening_audit_make_month")
