"""A portal with passkeys by django-otp-webauthn.

Its getting-started page: both apps, its back end beside Django's, OTPMiddleware after AuthenticationMiddleware, the
relying party and the origins in settings, credentials in its own table.
"""

from benchmarks.peer_settings import *  # noqa: F403 - settings are their base, changed
from benchmarks.peer_settings import DJANGO_APPS, MESSAGES, UP_TO_AUTHENTICATION

ROOT_URLCONF = "benchmarks.otp_webauthn.urls"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/home/"
OTP_WEBAUTHN_RP_ID = "localhost"
OTP_WEBAUTHN_RP_NAME = "Portail"
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
]
INSTALLED_APPS = [*DJANGO_APPS, "django_otp", "django_otp_webauthn"]
MIDDLEWARE = [*UP_TO_AUTHENTICATION, "django_otp.middleware.OTPMiddleware", MESSAGES]
