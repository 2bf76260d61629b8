"""The page of commands: what each is for, and its arguments."""

import argparse
from collections.abc import Iterator

from django.apps import apps
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

HEAD = """\
# Commands

`manage.py` commands of the package, then those of the demonstration portal. Options that every Django command has are
left out.

Written by `make docs` from the commands' own help.
"""

_OF_DJANGO = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}  # noqa: SLF001 - argparse has no other way


def commands_page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_sections("hardening"), *_sections("portal")])


def _sections(package: str) -> Iterator[str]:
    commands = sorted(_commands_of(package))
    if commands:
        yield f"## {package}\n"
    for name, app in commands:
        yield _section(name, load_command_class(app, name))


def _commands_of(package: str) -> Iterator[tuple[str, str]]:
    from django.core.management import find_commands  # noqa: PLC0415 - missing in the stubs' exports

    for config in apps.get_app_configs():
        if config.name == package or config.name.startswith(f"{package}."):
            for name in find_commands(f"{config.path}/management"):
                yield name, config.name


def _section(name: str, command: BaseCommand) -> str:
    parser = command.create_parser("manage.py", name)
    arguments = [action for action in parser._actions if action.dest not in _OF_DJANGO]  # noqa: SLF001 - likewise
    lines = [f"### {name}\n", f"{command.help}\n", f"```console\n$ manage.py {_usage(name, arguments)}\n```\n"]
    if arguments:
        lines.append("\n".join(_argument(action) for action in arguments) + "\n")
    return "\n".join(lines)


def _usage(name: str, arguments: list[argparse.Action]) -> str:
    return " ".join([name, *(_spelled(action) for action in arguments if not action.option_strings or action.required)])


def _argument(action: argparse.Action) -> str:
    default = "" if action.default is None else str(action.default)
    says = [(action.help or "").replace("%(default)s", default)]
    if action.choices is not None:
        says.append(f"One of {', '.join(f'`{choice}`' for choice in action.choices)}.")
    if action.required and action.option_strings:
        says.append("Required.")
    if default and action.nargs != 0 and default not in says[0]:
        says.append(f"Default: {action.default}.")
    return f"- `{_spelled(action)}`: {' '.join(_sentence(part) for part in says if part)}"


def _spelled(action: argparse.Action) -> str:
    value = str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return "|".join(action.choices) if action.choices else value.lower()
    flag = action.option_strings[-1]
    return flag if action.nargs == 0 else f"{flag} {value}"


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
