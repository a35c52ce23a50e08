from answerlens_cli.repository import ROOT
from tests.support.sharing import SHARING, turn, unit_of


def test_the_folders_that_are_kept_together_are_there() -> None:
    assert all((ROOT / folder).is_dir() for folder in SHARING)


def test_a_folder_that_shares_is_not_divided_and_comes_first() -> None:
    banks = [f"tests/integration/bank_builder/test_{name}.py::test" for name in ("build", "shared")]
    stacks = ["tests/e2e/test_demo.py::test", "tests/chaos/whole/test_kills.py::test"]
    others = ["tests/integration/common/test_stages.py::test[a::b]", "tests/unit/cli/test_bank.py::test"]
    assert {unit_of(each) for each in banks} == {"the bank builder"}
    assert {unit_of(each) for each in stacks} == {"whole stacks"}
    assert [unit_of(each) for each in others] == [each.partition("::")[0] for each in others]
    assert sorted([*others[::-1], *banks, *stacks], key=turn) == [*stacks, *banks, *others]
