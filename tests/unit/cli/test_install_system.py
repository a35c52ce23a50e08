"""scripts/install-system, with a package manager that only pretends."""

import os
import subprocess
from pathlib import Path

import pytest

from answerlens_cli.stack.programs import INSTALLER


class Machine:
    """A machine of its own folder: the script's system paths point into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policy = folder / "policy-rc.d"
        self.cluster = folder / "etc" / "postgresql-common" / "createcluster.d"
        (folder / "etc").mkdir()
        (folder / "bin").mkdir()
        self.program("id", "echo 0")

    def program(self, name: str, script: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def install(self, *packages: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "ANSWERLENS_POLICY_RC_D": str(self.policy),
            "ANSWERLENS_CREATECLUSTER_D": str(self.cluster),
            "ANSWERLENS_INSTALL_LOCK": str(self.folder / "lock"),
        }
        return subprocess.run([INSTALLER, *packages], env=env, capture_output=True, text=True, check=False)

    def log(self, name: str) -> list[str]:
        return (self.folder / name).read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# Notes each call, and what a package's scripts would find while it works.
RECORDING = """
echo "$1" >>{folder}/calls
"{folder}/policy-rc.d"; echo $? >{folder}/policy-said
cat {folder}/etc/postgresql-common/createcluster.d/* >{folder}/cluster-said
"""


def test_services_are_forbidden_to_start_only_while_it_installs(machine: Machine) -> None:
    machine.policy.write_text("#!/bin/sh\nexit 104\n")
    before = machine.policy.read_bytes()
    machine.program("apt-get", RECORDING.format(folder=machine.folder))
    assert machine.install("postgresql").returncode == 0
    assert machine.log("calls") == ["install"]
    assert machine.log("policy-said") == ["101"]
    assert machine.log("cluster-said") == ["create_main_cluster = false"]
    assert machine.policy.read_bytes() == before
    assert list((machine.folder / "etc").iterdir()) == []


def test_a_failure_leaves_the_machine_as_it_was_and_says_why(machine: Machine) -> None:
    machine.program("apt-get", "echo 'E: Unable to locate package postgresql'; exit 100")
    outcome = machine.install("postgresql")
    assert outcome.returncode == 1
    assert outcome.stderr == "apt-get install postgresql failed: E: Unable to locate package postgresql\n"
    assert not machine.policy.exists()
    assert list((machine.folder / "etc").iterdir()) == []


def test_what_a_killed_run_has_left_is_undone(machine: Machine) -> None:
    machine.program("apt-get", f"kill -KILL $PPID; sleep 0.2; {RECORDING.format(folder=machine.folder)}")
    machine.policy.write_text("#!/bin/sh\nexit 104\n")
    before = machine.policy.read_bytes()
    assert machine.install("postgresql").returncode < 0
    assert machine.policy.read_bytes() != before
    machine.program("apt-get", "true")
    assert machine.install("postgresql").returncode == 0
    assert machine.policy.read_bytes() == before


def test_lists_are_fetched_only_when_those_at_hand_do_not_do(machine: Machine) -> None:
    script = f'echo "$1" >>{machine.folder}/calls; [ "$1" = update ] || [ "$(grep -c . {machine.folder}/calls)" -gt 1 ]'
    machine.program("apt-get", script)
    assert machine.install("postgresql").returncode == 0
    assert machine.log("calls") == ["install", "update", "install"]


def test_files_of_the_administrator_stay(machine: Machine) -> None:
    machine.cluster.mkdir(parents=True)
    (machine.cluster / "own.conf").write_text("data_checksums = on\n")
    machine.program("apt-get", "true")
    machine.install("postgresql")
    assert [path.name for path in machine.cluster.iterdir()] == ["own.conf"]


def test_only_root_installs(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("apt-get", "true")
    outcome = machine.install("postgresql")
    assert outcome.returncode == 1
    assert outcome.stderr == "only root can install packages: try sudo apt-get install postgresql\n"


def test_only_debian_has_its_packages(machine: Machine) -> None:
    for name in ("bash", "env"):
        (machine.folder / "bin" / name).symlink_to(f"/usr/bin/{name}")
    env = {"PATH": str(machine.folder / "bin")}
    outcome = subprocess.run([INSTALLER, "x"], env=env, capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stderr) == (1, "this is not Debian or Ubuntu\n")
