"""A model of the suite whose clear columns are becoming sealed ones."""
