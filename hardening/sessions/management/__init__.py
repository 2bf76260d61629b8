"""Commands of the sessions domain."""
