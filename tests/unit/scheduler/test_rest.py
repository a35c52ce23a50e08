from answerlens_scheduler.rest import LONGEST_SECONDS, Rest


def test_it_grows_with_each_failure_up_to_a_limit_and_ends_with_a_success() -> None:
    rest = Rest()
    assert [rest.failed(now=0, took=0, shortest=3) for _ in range(10)] == [6, 12, 24, 48, 96, 192, 384, 600, 600, 600]
    assert rest.until == LONGEST_SECONDS
    rest.succeeded()
    assert (rest.failures, rest.until) == (0, 0)


def test_what_takes_long_in_vain_takes_a_tenth_of_the_time() -> None:
    rest = Rest()
    assert rest.failed(now=1000, took=27, shortest=3) == 9 * 27
    assert rest.until == 1000 + 9 * 27
