"""Migrations of the disclosure domain."""
