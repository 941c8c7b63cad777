"""ring3 under pytest: fixtures that build and boot, and checks collected from TOML.

    ring3_image("hello.s")        ──> what is to be booted, built once a session
    ring3_boot("hello.s")         ──> a Session with it, which ends with the test
    *.ring3.toml, ring3.toml      ──> an item for every [[check]]

pytest loads this module wherever ring3 is installed.  So it imports nothing but
pytest until somebody uses it, has no fixture that comes by itself, and watches
no test but those that booted something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from ring3.testing import ARTIFACTS

if TYPE_CHECKING:
    from pathlib import Path

    from ring3.machine import Boot
    from ring3.testing.booting import Booter


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option, with a name that nobody else has."""
    group = parser.getgroup("ring3", "kernels under test (ring3)")
    group.addoption(
        ARTIFACTS,
        metavar="DIR",
        help="keep what each test booted and heard in DIR/TEST, also of those that pass "
        "(without it: of those that fail, in pytest's temporary folder)",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files that may have checks; all others are not looked at."""
    if is_check_file(file_path.name):
        from ring3.testing.items import Checks  # noqa: PLC0415

        return Checks.from_parent(parent, path=file_path)
    return None


def is_check_file(name: str) -> bool:
    """Whether a file of this name may have checks: ``ring3.toml`` or ``NAME.ring3.toml``."""
    return name == "ring3.toml" or name.endswith(".ring3.toml")


@pytest.fixture(scope="session")
def ring3_image(pytestconfig: pytest.Config) -> Callable[..., Boot]:
    """``ring3_image(PROGRAM…, workspace=…, arguments=…, image_format=…)``: built once.

    The result goes to ``ring3_boot``, or its paths to anything else: ``kernel``,
    ``initrd`` and ``append``, or ``image`` in one of the formats disk, iso, efi.
    """
    from ring3.testing.booting import image_builder  # noqa: PLC0415
    from ring3.testing.items import images_of  # noqa: PLC0415

    return image_builder(images_of(pytestconfig))


@pytest.fixture
def ring3_boot(request: pytest.FixtureRequest) -> Iterator[Booter]:
    """``ring3_boot(PROGRAM, ARGUMENT…, …)``: a running machine, ended with the test.

    When the test fails, its report has the end of each machine's transcript,
    how it ended, and the command to see it again.
    """
    from ring3.testing.items import booter_for  # noqa: PLC0415

    with booter_for(request.node) as booter:
        yield booter
