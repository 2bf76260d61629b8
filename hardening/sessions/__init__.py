"""Server-side sessions: inventory, limits, revocation."""
