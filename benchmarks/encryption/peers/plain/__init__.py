"""The clear column that everything is compared with."""
