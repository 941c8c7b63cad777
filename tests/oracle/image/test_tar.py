"""GNU tar reads our initrd as its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ring3.image.initrd import Init, build_initrd

FILES = {"bin/doors": bytes(range(256)) * 5, "share/deep/er/file": b"", "bin/auxv": b"x" * 512}


def test_tar_lists_and_extracts_the_same_files(tmp_path: Path) -> None:
    archive = tmp_path / "initrd.tar"
    archive.write_bytes(build_initrd(FILES, Init("bin/doors", ("doors",))))
    listed = subprocess.run(["tar", "tf", archive], check=True, capture_output=True, text=True)
    assert listed.stderr == ""
    assert listed.stdout.split() == [".ring3/init", *sorted(FILES)]
    subprocess.run(["tar", "xf", archive, "-C", tmp_path], check=True)
    for name, data in FILES.items():
        assert (tmp_path / name).read_bytes() == data
    assert (tmp_path / "bin/doors").stat().st_mode & 0o777 == 0o755


def test_the_archive_says_that_it_is_ustar() -> None:
    assert build_initrd(FILES, None)[257:265] == b"ustar\x0000"
