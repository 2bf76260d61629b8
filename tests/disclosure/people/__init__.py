"""People to look up: sealed records of a small portal."""
