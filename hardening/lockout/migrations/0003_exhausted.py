"""Refuse codes where a hundred in a row have failed, in the statement that reserves (D32, R25)."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("hardening.lockout.migrations.0002_slots").RESERVE.replace("CREATE ", "CREATE OR REPLACE ", 1)

DECLARED = "    recorded jsonb;\n"
READ = """
        SELECT failures INTO recorded FROM hardening_lockout_bucket
            WHERE key = (each->>'key')::uuid FOR UPDATE;
        CONTINUE WHEN NOT FOUND OR jsonb_array_length(recorded) = 0;
"""
READ_BOTH = """
        SELECT failures, second_step_failures INTO recorded, in_a_row FROM hardening_lockout_bucket
            WHERE key = (each->>'key')::uuid FOR UPDATE;
        CONTINUE WHEN NOT FOUND;
        IF in_a_row >= nullif((each->>'second_steps')::integer, 0) THEN
            refusing := refusing || (each->>'key')::uuid;
            CONTINUE;
        END IF;
        CONTINUE WHEN jsonb_array_length(recorded) = 0;
"""
AFTER = BEFORE.replace(DECLARED, f"{DECLARED}    in_a_row integer;\n").replace(READ, READ_BOTH)


def _run(statement, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(statement, None)  # no parameters: `%` is the operator


def change(apps, schema_editor):
    _run(AFTER, schema_editor)


def undo(apps, schema_editor):
    _run(BEFORE, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("hardening_lockout", "0002_slots")]

    operations = [
        migrations.RunPython(change, undo),
        migrations.AddIndex(
            "storedbucket",
            models.Index(
                fields=["second_step_failures"],
                condition=models.Q(second_step_failures__gte=10),
                name="hardening_lockout_patience",
            ),
        ),
    ]
