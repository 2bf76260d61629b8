"""The breach replayed in small: what each attacker gets to see, with hardening and without."""
