"""django-encrypted-model-fields."""
