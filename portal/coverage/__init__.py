"""Insurers, contracts and the people they cover."""
