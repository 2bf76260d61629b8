"""Settings profiles: demo, production and test, each on top of base."""
