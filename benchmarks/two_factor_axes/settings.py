"""A portal as most are built today.

django-two-factor-auth: installation page (OTPMiddleware after AuthenticationMiddleware, LOGIN_URL two_factor:login).
django-axes: installation page (standalone backend first, AxesMiddleware last), database handler, limit 5 like ours.
Argon2 like ours, so that the hash does not decide the comparison.
"""

import os

from portal.settings import databases

SECRET_KEY = "measured on loopback, guards nothing"  # noqa: S105 - guards nothing real
ALLOWED_HOSTS = ["testserver", "localhost"]
ROOT_URLCONF = "benchmarks.two_factor_axes.urls"
USE_TZ = True
STATIC_URL = "static/"
LOGIN_URL = "two_factor:login"
LOGIN_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_COOLOFF_TIME = 1
AXES_VERBOSE = False
PASSWORD_HASHERS = ["benchmarks.counting_hashers.CountingArgon2"]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "two_factor",
    "axes",
    "benchmarks.two_factor_axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {**databases.postgresql(os.environ["RUNNING_DATABASE_1"]), "CONN_MAX_AGE": None}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"axes": {"level": "CRITICAL"}}}
