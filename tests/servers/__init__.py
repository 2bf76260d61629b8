"""The real servers a test run stands on: one PostgreSQL and one Valkey (the Redis protocol), started and swept up.

They are started from the settings module, because pytest-django reads settings before any conftest, and are named in
the environment, so that the workers of pytest-xdist share them.
"""
