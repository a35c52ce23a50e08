"""What `moved_tests.txt` says covers a test of before is there."""

import ast

import pytest

from answerlens_cli.repository import ROOT
from tests.lost_tests import moved


@pytest.mark.parametrize(("old", "new"), moved().items())
def test_the_new_name_is_that_of_a_test(old: str, new: str) -> None:
    assert old != new
    path, _, name = new.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name.partition("[")[0] in functions
