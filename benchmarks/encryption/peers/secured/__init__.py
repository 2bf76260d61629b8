"""django-secured-fields."""
