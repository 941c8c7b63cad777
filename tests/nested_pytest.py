"""A pytest session of its own, in a folder of its own: what a user of the plugin sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# One that hangs is a failure; none of them takes anything near this long.
PATIENCE = 600


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``pytest WORD...`` in ``folder``, which is a project without a configuration."""
    return subprocess.run(
        [*pytest_command(folder), *words],
        cwd=folder,
        env=pytest_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def pytest_command(folder: Path) -> list[str]:
    """How it is started; its temporary files are beside ``folder``."""
    temporary = folder.parent / f"{folder.name}-temporary"
    return [sys.executable, "-m", "pytest", f"--rootdir={folder}", f"--basetemp={temporary}"]


def pytest_environment() -> dict[str, str]:
    """Without what an outer session of pytest put there."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
