"""Sealed fields: authenticated encryption bound to its place, found by a keyed blind index."""
