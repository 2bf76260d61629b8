from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tests.disclosure.people"
    label = "people"
