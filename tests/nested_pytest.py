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
    temporary = folder.parent / f"{folder.name}-temporary"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", f"--rootdir={folder}", f"--basetemp={temporary}", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
