"""A portal with django-allauth[mfa].

Its installation page: AccountMiddleware last, its back end beside Django's, mfa with codes and passkeys. Its limits
of attempts live in the cache, here Django's default one, in this process: no statement counts for them. Argon2 like
ours, so that the hash does not decide the comparison.
"""

from benchmarks.peer_settings import *  # noqa: F403 - settings are their base, changed
from benchmarks.peer_settings import DJANGO_APPS, MESSAGES, UP_TO_AUTHENTICATION

ROOT_URLCONF = "benchmarks.allauth_mfa.urls"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
INSTALLED_APPS = [*DJANGO_APPS, "allauth", "allauth.account", "allauth.mfa"]
MIDDLEWARE = [*UP_TO_AUTHENTICATION, MESSAGES, "allauth.account.middleware.AccountMiddleware"]
