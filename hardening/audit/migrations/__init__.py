"""Migrations of the audit domain."""
