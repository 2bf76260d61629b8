"""Commands of the lockout domain."""
