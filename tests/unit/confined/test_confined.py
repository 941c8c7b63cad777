"""Builds in a child process: the same files, or one error that says what happened."""

from __future__ import annotations

import json
import os
import random
import select
from pathlib import Path

import pytest

from ring3 import confined
from ring3.asm import assemble
from ring3.confined import Limits
from ring3.confined.message import Answer, MalformedError, Struck, answer_bytes, read_answer
from ring3.confined.supervise import ask
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf.debuggable import debuggable
from ring3.pipeline import link_program
from ring3.workspace import Workspace

HEAD = ".intel_syntax noprefix\n"
GOOD = f"{HEAD}.global _start\n_start:\n    mov edi, 42\n    mov eax, 60\n    syscall\n"
BAD = f"{HEAD}.macro m\n    mov eax, [rbx\n.endm\n_start:\n    m\n    zorp\n"
BAD_WORKER = "unit.confined.bad_worker"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "program.s"
    path.write_text(GOOD)
    return path


def failing(way: str, limits: Limits) -> Ring3Error:
    with pytest.raises(Ring3Error) as caught:
        ask({"way": way}, limits, worker=BAD_WORKER)
    return caught.value


# -- what is built ---------------------------------------------------------------------------


def test_a_confined_program_has_the_bytes_of_an_unconfined_one(source: Path) -> None:
    assert confined.program([source]) == debuggable(link_program([source], Workspace()))


def test_a_confined_system_has_all_that_boots(source: Path, tmp_path: Path) -> None:
    built = confined.system([str(source)], append="ring3.seed=7", arguments=["one"])
    assert built.kernel.startswith(b"\x7fELF")
    assert built.command_line == "ring3.seed=7"
    assert {"program", "doors"} <= built.programs.keys()
    assert b"bin/program" in built.initrd
    assert b"\0one\0" in built.initrd


def test_a_confined_source_with_errors_reports_them_as_an_unconfined_one(tmp_path: Path) -> None:
    path = tmp_path / "wrong.s"
    path.write_text(BAD)
    with pytest.raises(SourceError) as expected:
        assemble(BAD, name=str(path))
    with pytest.raises(SourceError) as caught:
        confined.objects([path])
    assert caught.value.render() == expected.value.render()
    assert caught.value.as_data() == expected.value.as_data()


def test_a_missing_file_is_the_usual_error(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"cannot read .*missing\.s"):
        confined.objects([tmp_path / "missing.s"])


# -- the limits --------------------------------------------------------------------------------


def test_a_source_that_takes_too_much_processor_time_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "slow.s"
    lines = (f"mov rax, [rbx + rcx * 8 + {number * 7919}]" for number in range(90_000))
    path.write_text(HEAD + "\n".join(lines))
    with pytest.raises(Ring3Error, match="more than 1 seconds of processor time"):
        confined.objects([path], limits=Limits(cpu_seconds=1))


def test_a_source_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "large.s"
    path.write_text(HEAD + '.section .a, "a"\n.skip 60000000\n')
    assert confined.objects([path])
    with pytest.raises(Ring3Error, match="needed more than 230,000,000 bytes of memory") as caught:
        confined.objects([path], limits=Limits(memory=230_000_000))
    assert "Limits(memory=...)" in str(caught.value.help)


@pytest.mark.parametrize("name", ["memory", "file_size", "files"])
def test_a_limit_that_is_struck_is_named(name: str) -> None:
    error = failing(name, Limits(file_size=1000, files=100))
    assert "the confined build " in error.message
    assert f"Limits({name}=...)" in str(error.help)


@pytest.mark.parametrize("way", ["sleep", "sleep silently"])
def test_a_child_that_waits_for_ever_is_ended(way: str) -> None:
    assert "took more than 1.5 seconds" in failing(way, Limits(wall_seconds=1.5)).message


def test_a_child_that_ignores_signals_is_ended() -> None:
    assert "SIGKILL" in failing("ignore signals", Limits(cpu_seconds=1)).message


def test_an_answer_without_end_is_cut() -> None:
    assert "more than 5,000,000 bytes" in failing("endless", Limits(answer=5_000_000)).message


def test_a_crash_of_keystone_is_one_clear_error() -> None:
    error = failing("crash", Limits())
    assert "the confined build died of SIGSEGV" in error.message
    assert "report" in str(error.help)


def test_a_hang_of_keystone_is_one_clear_error() -> None:
    error = failing("hang", Limits(cpu_seconds=2, wall_seconds=60, memory=1 << 30))
    assert "processor time" in error.message or "SIG" in error.message


def test_a_fault_of_ours_is_one_clear_error() -> None:
    assert failing("raise", Limits()).message == (
        "the confined build died of exit status 1: ValueError: a fault of ours"
    )


def test_nothing_that_a_build_started_lives_on() -> None:
    answer = ask({"way": "leave a child"}, Limits(), worker=BAD_WORKER)
    try:
        descriptor = os.pidfd_open(int(answer.text("child")))
    except ProcessLookupError:
        return
    with os.fdopen(descriptor) as ended:
        assert select.select([ended], [], [], 30)[0], "the grandchild still runs"


# -- what the child has ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told() -> Answer:
    os.environ["A_SECRET"] = "1"
    with Path("/dev/null").open("rb") as stream:
        os.set_inheritable(stream.fileno(), True)
        return ask({"way": "tell"}, Limits(), worker=BAD_WORKER)


def test_a_child_has_no_descriptors_but_its_own(told: Answer) -> None:
    listing = 1  # the folder that it reads in order to tell
    assert len(told.text("descriptors").split()) == len(("0", "1", "2", "own")) + listing
    assert told.text("own") in told.text("descriptors").split()


def test_a_child_sees_nothing_of_the_environment(told: Answer) -> None:
    assert "A_SECRET" not in told.text("environment")
    assert {"HOME", "PATH", "RING3_CACHE"} <= set(told.text("environment").split())


def test_a_child_imports_nothing_from_the_current_folder(told: Answer) -> None:
    assert all(Path(folder).is_absolute() for folder in told.text("path").split())


def test_a_child_gains_no_rights_and_has_a_session_of_its_own(told: Answer) -> None:
    assert told.text("no_new_privileges") == "1"
    assert told.text("session") == "True"


def test_a_child_has_no_route_to_any_network(told: Answer) -> None:
    is_refused = os.system("unshare --user --net true 2>/dev/null") != 0  # by this kernel
    assert is_refused or len(told.text("routes").splitlines()) <= 1  # the head alone


# -- the message ----------------------------------------------------------------------------


def test_a_pickle_is_no_answer() -> None:
    error = failing("pickle", Limits())
    assert "answered what no build answers" in error.message


def framed(described: object, blobs: bytes = b"") -> bytes:
    head = json.dumps(described).encode()
    return len(head).to_bytes(8, "little") + head + blobs


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 20,
        (1 << 60).to_bytes(8, "little") + b"{}",
        framed([]),
        framed("files"),
        framed({}),
        framed({"files": {"a": 4}, "texts": {}}, b"abc"),
        framed({"files": {"a": 2}, "texts": {}}, b"abc"),
        framed({"files": {"a": -1}, "texts": {}}),
        framed({"files": {"a": True}, "texts": {}}, b"a"),
        framed({"files": {"a": "1"}, "texts": {}}, b"a"),
        framed({"files": [], "texts": {}}),
        framed({"files": {}, "texts": {"a": 1}}),
        framed({"limit": 5}),
        framed({"message": 5}),
        framed({"message": "x", "help": []}),
        framed({"message": "x"}, b"more"),
        framed({"diagnostics": [{}]}),
        framed({"diagnostics": {"a": 1}}),
        framed({"diagnostics": ["x"]}),
        (10**6).to_bytes(8, "little") + b"[" * 10**6,
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_answer(data)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_answer_is_an_answer_or_refused(seed: int) -> None:
    with pytest.raises(SourceError) as caught:
        assemble(BAD, name="wrong.s")
    whole = [answer_bytes(caught.value), answer_bytes(Answer({"a": b"1234"}, {"b": "c"}))]
    rng = random.Random(seed)
    for data in whole:
        for _ in range(100):
            damaged = bytearray(data)
            for _ in range(rng.randint(1, 4)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            try:
                answer = read_answer(bytes(damaged))
            except MalformedError:
                continue
            assert isinstance(answer, (Answer, Ring3Error, Struck))
            if isinstance(answer, Ring3Error):
                assert answer.render()
