"""Every test of a program runs twice: as GNU's tools built it, and as ring3's did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.toolchains import Gnu, Ring3


@pytest.fixture(scope="session")
def gnu(tmp_path_factory: pytest.TempPathFactory) -> Gnu:
    """GNU as and ld."""
    return Gnu(tmp_path_factory.mktemp("gnu"))


@pytest.fixture(scope="session")
def ring3(tmp_path_factory: pytest.TempPathFactory) -> Ring3:
    """ring3's assembler and linker."""
    return Ring3(tmp_path_factory.mktemp("ring3"))


@pytest.fixture(scope="session", params=["gnu", "ring3"])
def program(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """From a program's name to an executable of it."""
    toolchain: Callable[[str], Path] = request.getfixturevalue(request.param)
    return toolchain
