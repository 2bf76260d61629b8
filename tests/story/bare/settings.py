"""Django as ``startproject`` leaves it, on PostgreSQL."""

import os

from portal.settings import databases

SECRET_KEY = "the story only, never deployed"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "tests.story.bare.urls"
USE_TZ = True
LOGIN_REDIRECT_URL = "/look-up/"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "tests.story.bare",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": databases.postgresql(os.environ["RUNNING_DATABASE_1"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
