"""Rotation by a shadow copy: the table is copied under the new key, kept in step, and takes the place of the first."""
