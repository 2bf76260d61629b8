"""What a web process does with sealed records, as a user who cannot read the key file; prints what happened."""

import json
import os
import sys

from tests.encryption.broker.as_user import become, prepare


def main() -> None:
    """Save, look up, open and digest."""
    prepare()
    from hardening.encryption.subject import subject_of  # noqa: PLC0415 - after set-up
    from hardening.keys.digests import digest  # noqa: PLC0415 - likewise
    from hardening.keys.macs import require_keys  # noqa: PLC0415 - likewise
    from tests.encryption import cast  # noqa: PLC0415 - likewise
    from tests.encryption.records.models import Contact, Patient  # noqa: PLC0415 - likewise

    become(sys.argv[1])
    require_keys()
    Contact.objects.create(email="claire@example.org", phone="0199002020")
    Contact.objects.bulk_create([Contact(email=f"{number}@example.org") for number in range(3)])
    found = Contact.objects.get(email="claire@example.org")
    Patient.objects.create(nir=cast.CLAIRE_NIR)
    subject = subject_of(nir=cast.CLAIRE_NIR, birth_date=cast.CLAIRE_BORN, birth_rank=1)
    reads_keys = os.access(os.environ["KEY_FILE_OF_THE_BROKER"], os.R_OK)
    told = {
        "uid": os.geteuid(),
        "reads_keys": reads_keys,
        "phone": found.phone,
        "patients": Patient.objects.filter(nir=cast.CLAIRE_NIR).count(),
        "digest": digest("name", "claire"),
        "subject": str(subject),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
