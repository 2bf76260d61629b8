"""The peer: django-otp-webauthn alone, a passkey and nothing else, set up as its documentation says."""
