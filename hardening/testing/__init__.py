"""Contract tests and helpers for those who install the package."""
