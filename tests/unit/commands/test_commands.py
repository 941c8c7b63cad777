"""The table of commands: what `ring3 --help` lists without importing any of them."""

from __future__ import annotations

import signal
import subprocess
import sys

import click
import pytest

from ring3.cli import COMMANDS, ring3

NEEDED_BY_ONE_COMMAND = ("keystone", "capstone", "elftools", "pexpect")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_and_explains_itself(name: str) -> None:
    command = ring3.get_command(click.Context(ring3), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_the_list_of_commands_imports_none_of_them() -> None:
    program = (
        "import sys, ring3.cli\n"
        "ring3.cli.ring3.main(['--help'], standalone_mode=False)\n"
        f"sys.exit(', '.join(sys.modules.keys() & set({NEEDED_BY_ONE_COMMAND!r})) or 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert all(f"  {name}  " in ended.stdout for name in COMMANDS)


CONTROL_C_DURING_AN_IMPORT = """
import os, signal, sys

class ControlC:
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, ControlC())
from ring3.__main__ import main
sys.argv = ["ring3", "image", "--help"]
main()
"""


@pytest.mark.parametrize(
    ("name", "status"),
    [("click", -signal.SIGINT), ("ring3.cli.image", 130)],  # one that all need, one command's
)
def test_control_c_while_a_command_is_imported_ends_it_without_a_traceback(
    name: str, status: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CONTROL_C_DURING_AN_IMPORT.format(name=name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr.strip()) == (status, "")
