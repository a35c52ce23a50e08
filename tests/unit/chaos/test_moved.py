"""What today's tests find in the code of before."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.chaos.moved import MOVED

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", MOVED)
def test_what_has_moved_is_where_the_list_says(name: str) -> None:
    assert find_spec(name)


def test_a_package_that_has_moved_runs_its_main_from_its_new_name(tmp_path: Path) -> None:
    package = tmp_path / "old" / "tool"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("from pathlib import Path\n\nprint(Path(__file__).parent.name)\n")
    (tmp_path / "sitecustomize.py").write_text(
        "from tests.chaos import moved\n\nmoved.MOVED['new.tool'] = 'old.tool'\n"
        "moved._FOLDERS.add('new')\nmoved.install()\n"
    )
    path = f"{tmp_path}:{ROOT}"
    ran = subprocess.run(
        [sys.executable, "-m", "new.tool"], env={"PYTHONPATH": path}, check=False, capture_output=True, text=True
    )
    assert ran.stdout == "tool\n", ran.stderr
