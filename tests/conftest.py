"""What holds for every test.

In continuous integration nothing is skipped.  What the assembler remembers is
kept inside the checkout, so that a test run neither uses nor fills the user's.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# On a computer that is busy examples take their time, to make and to run.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A shell without job control starts what runs in the background with Ctrl-C ignored, and so
# would be all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["RING3_CACHE"] = str(Path(__file__).parent.parent / "build" / "objects")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is set: the missing tool is to be installed there."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
