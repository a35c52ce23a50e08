"""What `moved_tests.txt` says covers a test of before is there; what is compared, and how."""

import ast

import pytest

from answerlens_cli.repository import ROOT
from tests.lost_tests import moved, now_called, unnumbered


@pytest.mark.parametrize(("old", "new"), moved().items())
def test_the_new_name_is_that_of_tests(old: str, new: str) -> None:
    assert old != new
    path, _, name = new.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not name or name.partition("[")[0] in functions


@pytest.mark.parametrize(
    ("test", "now"),
    [
        ("a.py::f[1]", "b.py::g[2]"),
        ("a.py::f[x::y]", "c.py::h[x::y]"),
        ("a.py::k", "d.py::k"),
        ("e.py::f[1]", "e.py::f[1]"),
    ],
)
def test_an_id_is_looked_up_before_its_function_and_that_before_its_file(test: str, now: str) -> None:
    names = {"a.py::f[1]": "b.py::g[2]", "a.py::f": "c.py::h", "a.py": "d.py"}
    assert now_called(test, names) == now


def test_a_value_that_came_in_between_loses_nothing_and_one_that_went_is_lost() -> None:
    before = unnumbered(["a.py::f[changes0-x]", "a.py::f[changes1-y]", "a.py::f[changes2-y]", "a.py::g[10]"])
    assert before - unnumbered([f"a.py::f[changes{n}-{of}]" for n, of in enumerate("zxyy")] + ["a.py::g[10]"]) == {}
    assert before - unnumbered(["a.py::f[changes0-x]", "a.py::f[changes1-y]", "a.py::g[11]"]) == {
        "a.py::f[changes-y]": 1,
        "a.py::g[10]": 1,
    }
