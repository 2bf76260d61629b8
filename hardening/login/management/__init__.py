"""Commands of the login domain."""
