"""Management commands of the disclosure domain."""
