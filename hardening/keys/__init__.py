"""Key ring, derivation and providers."""
