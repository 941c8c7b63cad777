"""A thing that many processes ask for is made by one of them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.testing.once import once

# Makes a thing, and notes that it did; the other processes come meanwhile.
MAKER = """
import os, sys
from pathlib import Path
from ring3.testing.once import once

folder = Path(sys.argv[1])

def make(made):
    with (folder / "made").open("a") as notes:
        notes.write("x")
    (made / "thing").write_text("whole")

print("ready", flush=True)
sys.stdin.readline()
print((once(folder, "name", make) / "thing").read_text())
"""

# Dies in the middle, as by the OOM killer.
DYING = """
import os, signal, sys
from pathlib import Path
from ring3.testing.once import once

once(Path(sys.argv[1]), "name", lambda made: os.kill(os.getpid(), signal.SIGKILL))
"""


def write_thing(made: Path) -> None:
    (made / "thing").write_text("whole")


def test_of_many_processes_one_makes_it_and_all_have_it_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKER, str(tmp_path)]
    pipe = subprocess.PIPE
    makers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for maker in makers:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "ready\n"
    said = [maker.communicate("go\n")[0] for maker in makers]
    assert said == ["whole\n"] * 4
    assert (tmp_path / "made").read_text() == "x"


def test_a_maker_that_is_killed_leaves_the_lock_to_the_next(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", DYING, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (once(tmp_path, "name", write_thing) / "thing").read_text() == "whole"


def test_what_could_not_be_made_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(made: Path) -> None:
        write_thing(made)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once(tmp_path, "name", fail)
    assert list(tmp_path.iterdir()) == [tmp_path / "name.lock"]
    assert (once(tmp_path, "name", write_thing) / "thing").read_text() == "whole"


def test_a_full_disk_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    def fill(made: Path) -> None:
        (made / "thing").symlink_to("/dev/full")
        (made / "thing").write_bytes(b"x" * 10_000)

    with pytest.raises(Ring3Error, match=r"cannot build in .*No space left on device"):
        once(tmp_path, "name", fill)
