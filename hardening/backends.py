"""The one entry of AUTHENTICATION_BACKENDS, composed of the domains that guard a password."""

from hardening.lockout.guarded_backend import GuardedBackend


class HardeningBackend(GuardedBackend):
    """Passwords behind the lockout. The second step is no backend: only the login flow opens a session."""
