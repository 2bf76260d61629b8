"""``manage.py unseal_column``: the way back, from a sealed column to the clear one beside it."""

from hardening.encryption.twin_command import TwinCommand


class Command(TwinCommand):
    """Open what waits into the clear column, then compare every row."""

    help = (
        "The way back from seal_column: fill the clear column that follows a sealed one (Twins with leading='sealed'), "
        "while others read and write, then compare every row."
    )
    seals = False
    other = "seal_column"
