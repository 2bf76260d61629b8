"""The steps of a contestant that has a table, through nothing but Django's own ways to a field."""

from io import StringIO
from time import perf_counter
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from benchmarks.encryption.contestants import OPENED, SEALED, Sample
from benchmarks.encryption.people import key_of, nir_of
from benchmarks.encryption.steps import CannotTakePartError, Steps, Stopwatch

_BATCH_ROWS = 2000
_LOOK_UPS = 200
_AT_ONCE = 100
_ROWS_APART = 7919
"""A prime: rows looked up one after the other are far apart."""


class Table(Steps):
    """One model with a UUID primary key and the contestant's column."""

    def __init__(self, name: str, *, rows: int) -> None:
        if name in {SEALED, OPENED}:
            call_command("migrate", "hardening_keys", verbosity=0)
            call_command("keys", "init", stdout=StringIO())
        self._rows = rows
        self._numbers = [nir_of(number) for number in range(rows)]
        self._model: Any = apps.get_model(name, "Person")
        # Tables are made here and not by migrations: these apps exist for the comparison only.
        with connection.schema_editor() as editor:
            editor.create_model(self._model)
        self._turn = 0

    def seal(self) -> Sample:
        """Do what ``save()`` does to the columns before it sends them."""
        fields = [
            field for field in self._model._meta.local_concrete_fields if not (field.primary_key or field.generated)
        ]
        people = [self._person(number) for number in range(self._rows)]
        with Stopwatch() as stopwatch:
            for person in people:
                for field in fields:
                    field.get_db_prep_save(field.pre_save(person, add=True), connection)
        return stopwatch.sample(count=self._rows)

    def open(self) -> Sample:
        """Do what a queryset does to the column, then read the number off the row."""
        field = self._model._meta.get_field(self._model.HELD_IN)
        converters = field.get_db_converters(connection)
        raw = self._raw(field.column)
        people = [self._model(id=key) for key, _ in raw]
        numbers = []
        with Stopwatch() as stopwatch:
            for person, (_, held) in zip(people, raw, strict=True):
                value = held
                for convert in converters:
                    value = convert(value, None, connection)
                setattr(person, field.attname, value)
                numbers.append(person.number())
        self._require_numbers(numbers)
        return stopwatch.sample(count=len(numbers))

    def bulk_create(self) -> Sample:
        """Build the objects and insert them."""
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {connection.ops.quote_name(self._model._meta.db_table)}")
        with Stopwatch() as stopwatch:
            people = [self._person(number) for number in range(self._rows)]
            self._model.objects.bulk_create(people, batch_size=_BATCH_ROWS)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(self._model._meta.db_table)}")
        return stopwatch.sample(count=self._rows)

    def scan(self) -> Sample:
        """Read every row as an object."""
        count = 0
        with Stopwatch() as stopwatch:
            for _ in self._model.objects.iterator(chunk_size=_BATCH_ROWS):
                count += 1
        return stopwatch.sample(count=count)

    def scan_to_values(self) -> Sample:
        """Read every row as an object and its number."""
        with Stopwatch() as stopwatch:
            numbers = [person.number() for person in self._model.objects.iterator(chunk_size=_BATCH_ROWS)]
        self._require_numbers(numbers)
        return stopwatch.sample(count=len(numbers))

    def exact(self) -> Sample:
        """Find rows one at a time."""
        self._require_look_up()
        each = []
        with Stopwatch() as stopwatch:
            for number in self._scattered(_LOOK_UPS):
                started = perf_counter()
                found = self._model.objects.get(nir=self._numbers[number])
                each.append(perf_counter() - started)
                if found.pk != key_of(number):
                    raise RuntimeError("a look-up found somebody else")
        return Sample(cpu=stopwatch.cpu, wall=stopwatch.wall, count=len(each), each=tuple(each))

    def in_100(self) -> Sample:
        """Find a hundred rows at once."""
        self._require_look_up()
        wanted = [self._numbers[number] for number in self._scattered(_AT_ONCE)]
        with Stopwatch() as stopwatch:
            found = len(list(self._model.objects.filter(nir__in=wanted)))
        if found != len(wanted):
            raise RuntimeError(f"{found} rows of {len(wanted)} were found")
        return stopwatch.sample(count=found)

    def bytes_per_row(self) -> Sample:
        """Weigh table, TOAST and indexes."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_total_relation_size(%s::regclass), coalesce(sum(pg_relation_size(indexrelid)), 0)"
                " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                " WHERE indrelid = %s::regclass AND relname LIKE '%%\\_like'",
                [self._model._meta.db_table] * 2,
            )
            total, like = cursor.fetchone()
        return Sample(size=total / self._rows, like_size=float(like) / self._rows)

    def _person(self, number: int) -> Any:  # noqa: ANN401 - a contestant's model
        return self._model(id=key_of(number), nir=self._numbers[number])

    def _raw(self, column: str) -> list[tuple[Any, Any]]:
        names = [connection.ops.quote_name(name) for name in ("id", column, self._model._meta.db_table)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT {}, {} FROM {}".format(*names))  # noqa: S608 - quoted names of our own models
            return list(cursor.fetchall())

    def _scattered(self, count: int) -> list[int]:
        self._turn += count
        return [(self._turn + step) * _ROWS_APART % self._rows for step in range(count)]

    def _require_look_up(self) -> None:
        if not self._model.CAN_LOOK_UP:
            raise CannotTakePartError("offers no look-up")

    def _require_numbers(self, numbers: list[Any]) -> None:
        # A fast wrong answer is no result: a field that hands out ciphertext would win otherwise.
        if sorted(numbers) != sorted(self._numbers):
            raise RuntimeError("the numbers read are not those written")
