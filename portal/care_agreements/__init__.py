"""Requests to an insurer to pay the professional directly."""
