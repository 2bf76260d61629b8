from hardening import request_ids


def test_there_is_no_reference_outside_a_request() -> None:
    assert request_ids.current() == ""


def test_a_request_has_one_reference_from_its_first_line_to_its_last() -> None:
    with request_ids.assigned() as reference:
        assert request_ids.current() == reference
    assert request_ids.current() == ""


def test_a_reference_can_be_read_out_over_the_telephone() -> None:
    assert len(request_ids.new()) == 12
    assert not set(request_ids.new()) & set("01ilo")


def test_ten_thousand_requests_share_no_reference() -> None:
    assert len({request_ids.new() for _ in range(10_000)}) == 10_000
