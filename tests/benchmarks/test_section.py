from benchmarks.encryption.contestants import PLAIN, SEALED, Sample
from benchmarks.encryption.section import beside, ratios


def test_a_ratio_is_taken_to_the_clear_column_of_the_same_run() -> None:
    assert ratios({PLAIN: 2.0, SEALED: 3.0, "tink": 5.0}) == {SEALED: 1.5, "tink": 2.5}


def test_a_row_is_about_our_sealed_field_and_names_everybody_else_by_package() -> None:
    row = beside("open", {PLAIN: 0.1234, SEALED: 2.0004, "tink": 3.0}, unit="µs", absent={})

    assert row.value == 2.0
    assert row.peers == {"CharField": 0.123, "django-tink-fields": 3.0}


def test_who_is_absent_is_named_with_the_reason() -> None:
    absent = {"django-tink-fields": "offers no look-up"}

    assert beside("exact", {SEALED: 1.0}, unit="µs", absent=absent).absent == absent


def test_a_step_over_many_values_is_told_for_one() -> None:
    assert Sample(cpu=0.5, count=100_000).microseconds == 5.0
