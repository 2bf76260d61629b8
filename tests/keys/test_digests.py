from hardening.keys.digests import digest


def test_a_digest_is_the_same_in_one_purpose_and_unrelated_in_another() -> None:
    assert digest("submitted name", "benali") == digest("submitted name", "benali")
    assert digest("submitted name", "benali") != digest("address", "benali")
    assert len(digest("address", "")) == 32


def test_r14_purpose_and_value_do_not_run_into_each_other() -> None:
    assert digest("bob1", "1.2.3.4") != digest("bob", "11.2.3.4")
