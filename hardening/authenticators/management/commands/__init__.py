"""Commands of the authenticators domain."""
