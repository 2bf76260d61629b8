"""``manage.py seal_column``: fill a sealed column from the clear one beside it, while the portal runs."""

from hardening.encryption.twin_command import TwinCommand


class Command(TwinCommand):
    """Seal what waits, then compare every row; start it again after an interruption."""

    help = (
        "Fill the sealed column that follows a clear one (Twins in the model), while others read and write, then "
        "compare every row. Interrupted, it goes on where it was by being started again. Rows are named by primary key."
    )
    seals = True
    other = "unseal_column"
