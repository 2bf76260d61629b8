"""The portal as it was: Django's stock login, numbers in clear, no limit."""
