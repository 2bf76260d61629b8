"""The peer: django-two-factor-auth and django-axes, set up as their documentation says."""
