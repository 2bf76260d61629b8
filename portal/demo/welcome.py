"""What is printed at the start of the demonstration: where, who, how to get a code, and whom to look up."""

from itertools import pairwise

from rich.console import Console
from rich.table import Table

from portal.demo.cast import CAST, PASSWORD
from portal.demo.samples import SAMPLES


def welcome(console: Console, *, port: int, command: str) -> None:
    """Print it."""
    console.print(f"\n[bold]http://localhost:{port}[/bold]   (Ctrl-C stops it)\n")
    console.print(f"Password of every login: [bold]{PASSWORD}[/bold]")
    console.print(f"Codes and mails: [bold]http://localhost:{port}/demo/[/bold]; a code in another terminal:")
    console.print(f"  [bold]{command} benali[/bold]", soft_wrap=True)
    console.print("A first login in a browser waits for the code of a mail, which stands on that page.\n")
    console.print(_logins())
    console.print(_people())


def _logins() -> Table:
    table = Table("Login", "Who", "", title="Logins", title_justify="left")
    for member in CAST:
        table.add_row(member.username, member.full_name, member.role)
    return table


def _people() -> Table:
    table = Table("Number", "Birth date", "Rank", "What to expect", title="People to look up", title_justify="left")
    for sample in SAMPLES:
        person = sample.person
        rank = str(sample.birth_rank) if sample.birth_rank else ""
        table.add_row(spaced(person.nir), f"{person.birth_date:%d/%m/%Y}", rank, sample.expect)
    return table


def spaced(nir: str) -> str:
    """Return the number in groups, as on the card."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(nir[begin:end] for begin, end in pairwise(cuts))
