"""Commands of the keys domain."""
