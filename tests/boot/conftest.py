"""The stock system, built once for each worker, with a folder for each test's files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from boot.stock_system import StockSystem
from ring3 import pipeline
from ring3.workspace import Workspace


@pytest.fixture(scope="session")
def stock_system(tmp_path_factory: pytest.TempPathFactory) -> StockSystem:
    """Everything, built once."""
    workspace = Workspace()
    return StockSystem(
        tmp_path_factory.mktemp("system"), pipeline.build(workspace=workspace), workspace
    )


@pytest.fixture
def boot(stock_system: StockSystem, tmp_path: Path) -> StockSystem:
    """The stock system, its files in a folder of this test's own."""
    return replace(stock_system, folder=tmp_path)
