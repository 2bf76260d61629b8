"""Fill the bare portal with the same town and the same logins."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from tests.story.bare.models import Person


class Command(BaseCommand):
    """Clear columns, one password each."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("people", type=Path, help="a JSON list of people")
        parser.add_argument("password")

    def handle(self, *args: Any, people: Path, password: str, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        get_user_model().objects.create_user("benali", password=password)
        Person.objects.bulk_create(Person(**person) for person in json.loads(people.read_text()))
