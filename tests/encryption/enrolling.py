"""A portal's worker while the index key is rotated: it enrols members, whose names are unique, and looks them up.

``python -m tests.encryption.enrolling NAME`` works until its input ends, and prints what it did and every wrong
answer it got.
"""

import json
import random  # noqa: TID251 - which member comes next is no secret
import select
import sys
import time

import django

MEMBERS = 4000


def main(name: str) -> None:
    django.setup()
    chosen = random.Random(name)  # noqa: S311 - no secret
    enrolled: dict[str, str] = {}
    faults: list[str] = []
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], 0)[0]:
        member, number = f"member {chosen.randrange(MEMBERS)}", f"{name}-{len(enrolled)}"
        if enrol(member, number, faults):
            enrolled[member] = number
        if chosen.random() < 0.2 and enrolled:
            find(*chosen.choice([*enrolled.items()]), faults)
        time.sleep(0.002)  # the rotation needs a processor too
    sys.stdout.write(json.dumps({"enrolled": enrolled, "faults": faults}))


def enrol(member: str, number: str, faults: list[str]) -> bool:
    from django.db import DatabaseError  # noqa: PLC0415 - after the set-up

    from tests.encryption.records.models import Policy  # noqa: PLC0415 - likewise

    try:
        Policy.objects.create(number=number, member=member)
    except DatabaseError as error:
        # Refused is right where somebody has the name: everybody finds him at once.
        if "unique" not in f"{error}".lower() or Policy.objects.filter(member=member).count() != 1:
            faults.append(f"{member} refused: {error}")
        return False
    find(member, number, faults)
    return True


def find(member: str, number: str, faults: list[str]) -> None:
    from tests.encryption.records.models import Policy  # noqa: PLC0415 - after the set-up

    found = list(Policy.objects.filter(member=member).values_list("number", flat=True))
    same = Policy.objects.filter(
        member_index__in=Policy.objects.filter(number=number).values("member_index")
    ).values_list("number", flat=True)
    if found != [number] or list(same) != [number]:
        faults.append(f"{member} of {number}: found {found}")


if __name__ == "__main__":
    main(sys.argv[1])
