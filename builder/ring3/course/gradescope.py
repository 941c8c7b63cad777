"""The zip that makes Gradescope grade an assignment by ring3.

    autograder.zip
        setup.sh          installs Python, QEMU and the packages; run once, by Gradescope
        run_autograder    grades /autograder/submission into /autograder/results/results.json
        ring3/            this package, with the stock sources in it
        assignment/       the assignment

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from importlib.metadata import requires
from pathlib import Path

from ring3.course.assignment import Assignment
from ring3.diagnostic import Ring3Error
from ring3.workspace import stock

SETUP = """\
#!/usr/bin/env bash
# Run once by Gradescope, as root, when the autograder's image is built.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends ca-certificates python3 python3-venv qemu-system-x86
cd /autograder/source
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "ring3 needs Python 3.11: choose a base image of Ubuntu 24.04 or later"; exit 1; }
python3 -m venv .venv
.venv/bin/python -m pip install --quiet @PACKAGES@
# Once now, so that an image that cannot grade is no image.
export PYTHONPATH=/autograder/source
.venv/bin/python -m ring3 grade assignment assignment/starter --output /tmp/starter
"""

RUN = """\
#!/usr/bin/env bash
# Run by Gradescope for every submission.
set -euo pipefail
cd /autograder/source
export PYTHONPATH=/autograder/source
.venv/bin/python -m ring3 grade assignment /autograder/submission \\
    --metadata /autograder/submission_metadata.json \\
    --output /tmp/grades --gradescope /autograder/results/results.json
"""

EXECUTABLE, READABLE = 0o100755, 0o100644
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the zip format's: the package is the same from day to day


def package(assignment: Assignment) -> bytes:
    """The zip's bytes; they are the same for the same ring3 and the same assignment."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", SETUP.replace("@PACKAGES@", _packages()).encode(), EXECUTABLE)
        _add(archive, "run_autograder", RUN.encode(), EXECUTABLE)
        _add_folder(archive, Path(__file__).resolve().parents[1], "ring3")
        sources = stock()
        for name, folder in (
            ("kernel_src", sources.kernel),
            ("user_src", sources.user),
            ("qemu", sources.machines),
        ):
            _add_folder(archive, folder, f"ring3/stock/{name}")
        _add_folder(archive, assignment.folder, "assignment")
    return stream.getvalue()


def handed_in(metadata: Path) -> datetime.datetime:
    """When Gradescope took the submission, by its submission_metadata.json.

    Raises Ring3Error for a file that does not say so.
    """
    try:
        moment = datetime.datetime.fromisoformat(json.loads(metadata.read_bytes())["created_at"])
    except OSError as error:
        raise Ring3Error(f"cannot read {metadata}: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise Ring3Error(f"{metadata} does not say when: no `created_at` in it") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _packages() -> str:
    """What ring3 needs of the package index, without its extras, quoted for a shell."""
    needed = [line for line in requires("ring3") or () if "extra ==" not in line]
    return " ".join(f"'{line}'" for line in needed)


def _add_folder(archive: zipfile.ZipFile, folder: Path, name: str) -> None:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and "__pycache__" not in inside.parts and inside.parts[0] != "stock":
            _add(archive, f"{name}/{inside.as_posix()}", path.read_bytes(), READABLE)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    member = zipfile.ZipInfo(name, FIRST_DATE)
    member.external_attr = mode << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)
