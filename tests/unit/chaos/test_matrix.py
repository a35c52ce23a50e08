from tests.chaos.cases import CASES
from tests.chaos.matrix import FAULTS, PAGE, marked_cases, marked_tests, page


def test_the_matrix_is_whole() -> None:
    assert [fault.name for fault in FAULTS] == [f"F{number}" for number in range(1, len(FAULTS) + 1)]


def test_every_marker_names_a_fault() -> None:
    assert marked_tests().keys() <= {fault.name for fault in FAULTS}


def test_every_marker_names_a_case() -> None:
    assert marked_cases().keys() <= {case.name for case in CASES}


def test_every_fault_is_tested() -> None:
    marked = marked_tests()
    assert [fault.name for fault in FAULTS if fault.name not in marked] == []


def test_the_page_is_what_the_tests_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: make faults"
