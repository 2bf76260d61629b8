"""Commands of the assurance domain."""
