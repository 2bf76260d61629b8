"""The bare portal behind gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.story.bare.settings"
application = get_wsgi_application()
