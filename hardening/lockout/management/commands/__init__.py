"""Commands: review, release, clean."""
