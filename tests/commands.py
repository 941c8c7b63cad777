"""The commands as a user types them: a process of their own, its output and its status."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# A command that hangs is a failure; none of them takes anything near this long.
PATIENCE = 120


def ring3(
    *words: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """``ring3 WORD...``, with ``env`` added to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "ring3", *words],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def errors(ended: subprocess.CompletedProcess[bytes]) -> str:
    """What it said on stderr; never a traceback."""
    text = ended.stderr.decode()
    assert "Traceback" not in text, text
    return text
