"""Our field that opens on access."""
