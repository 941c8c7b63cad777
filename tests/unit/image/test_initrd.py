"""The initrd: reproducible, readable, and no file outside of it."""

from __future__ import annotations

import tarfile
from io import BytesIO

import pytest

from ring3.diagnostic import Ring3Error
from ring3.image.initrd import Init, build_initrd

FILES = {"bin/doors": b"\x7fELF doors", "etc/motd": b"hello\n", "bin/auxv": b""}


def members(data: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        return {member.name: member for member in archive.getmembers()}


def init_bytes(init: Init) -> bytes:
    with tarfile.open(fileobj=BytesIO(build_initrd(FILES, init))) as archive:
        member = archive.extractfile(".ring3/init")
        assert member is not None
        return member.read()


def test_the_order_of_the_files_does_not_change_the_archive() -> None:
    backwards = dict(reversed(FILES.items()))
    assert build_initrd(FILES, None) == build_initrd(backwards, None)


def test_members_are_sorted_and_have_neither_owner_nor_time() -> None:
    found = members(build_initrd(FILES, Init("bin/doors", ("doors",))))
    assert list(found) == [".ring3/init", "bin/auxv", "bin/doors", "etc/motd"]
    for member in found.values():
        assert (member.mtime, member.uid, member.gid, member.uname) == (0, 0, 0, "")


def test_programs_are_executable_wherever_they_lie_and_other_files_are_not() -> None:
    more = {"lib/ld.so": b"\x7fELF...", "etc/start": b"#!/bin/sh\n", "etc/elf": b"\x7fELV"}
    found = members(build_initrd({**FILES, **more}, None))
    assert {name: oct(member.mode) for name, member in found.items()} == {
        "bin/auxv": "0o755",
        "bin/doors": "0o755",
        "etc/elf": "0o644",
        "etc/motd": "0o644",
        "etc/start": "0o755",
        "lib/ld.so": "0o755",
    }


def test_init_is_path_argc_argv_and_environment_each_ended_by_nul() -> None:
    init = Init("bin/doors", ("doors", "", "a b"), ("HOME=/", "TERM=linux"))
    assert init_bytes(init) == b"bin/doors\0003\0doors\0\0a b\0HOME=/\0TERM=linux\0"


def test_arguments_that_are_not_utf_8_arrive_as_the_same_bytes() -> None:
    assert init_bytes(Init("bin/doors", ("\udcff\udc80",))) == b"bin/doors\0001\0\xff\x80\0"


def test_without_an_init_there_is_no_such_member() -> None:
    assert ".ring3/init" not in members(build_initrd(FILES, None))


def test_an_init_that_is_not_in_the_archive_is_refused() -> None:
    with pytest.raises(Ring3Error, match="process 1 is to be bin/dors, which is not in"):
        build_initrd(FILES, Init("bin/dors", ("dors",)))


def test_a_nul_in_an_argument_is_refused() -> None:
    with pytest.raises(Ring3Error, match="NUL"):
        build_initrd(FILES, Init("bin/doors", ("a\0b",)))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../up", "a/../../up", "a//b", "./a", "a/", "", "a\0b", ".ring3/init"]
)
def test_a_name_that_is_no_plain_path_inside_the_archive_is_refused(name: str) -> None:
    with pytest.raises(Ring3Error):
        build_initrd({name: b""}, None)


def test_a_name_too_long_for_ustar_is_refused_with_the_limit() -> None:
    build_initrd({"d" * 100 + "/" + "f" * 100: b""}, None)
    with pytest.raises(Ring3Error, match="cannot be in the initrd") as caught:
        build_initrd({"bin/" + "f" * 101: b""}, None)
    assert caught.value.help is not None
    assert "100 bytes" in caught.value.help
