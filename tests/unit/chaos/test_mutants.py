"""The code moves on; the bugs that are planted in it must move along."""

import pytest

from answerlens_cli.repository import ROOT
from tests.chaos.mutants import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_bug_has_its_place_in_the_code(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.right) == 1
    assert all((ROOT / test).is_file() for test in mutant.tests)
