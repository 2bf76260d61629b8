"""The peer: django-allauth with its app for second steps, set up as its documentation says."""
