"""Append-only entries for every event."""
