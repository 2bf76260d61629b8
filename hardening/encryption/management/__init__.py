"""Commands of the encryption domain."""
