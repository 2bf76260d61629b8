"""Commands of the audit domain."""
