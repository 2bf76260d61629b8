"""Where the roots of the key file are wrapped: one protocol, a module per provider."""
