"""A portal as most are built today.

django-two-factor-auth: installation page (OTPMiddleware after AuthenticationMiddleware, LOGIN_URL two_factor:login).
django-axes: installation page (standalone backend first, AxesMiddleware last), database handler, limit 5 like ours.
Argon2 like ours, so that the hash does not decide the comparison.
"""

from benchmarks.peer_settings import *  # noqa: F403 - settings are their base, changed
from benchmarks.peer_settings import DJANGO_APPS, MESSAGES, UP_TO_AUTHENTICATION

ROOT_URLCONF = "benchmarks.two_factor_axes.urls"
LOGIN_URL = "two_factor:login"
LOGIN_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_COOLOFF_TIME = 1
AXES_VERBOSE = False
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
INSTALLED_APPS = [
    *DJANGO_APPS,
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "two_factor",
    "axes",
    "benchmarks.two_factor_axes",
]
MIDDLEWARE = [
    *UP_TO_AUTHENTICATION,
    "django_otp.middleware.OTPMiddleware",
    MESSAGES,
    "axes.middleware.AxesMiddleware",
]
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"axes": {"level": "CRITICAL"}}}
