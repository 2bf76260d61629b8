from django.apps import AppConfig


class ColumnsInTransitConfig(AppConfig):
    name = "tests.encryption.columns_in_transit"
    label = "columns_in_transit"
    default_auto_field = "django.db.models.BigAutoField"
