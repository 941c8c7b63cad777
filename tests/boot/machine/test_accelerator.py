"""KVM is trusted when a tiny guest has lived under it, and not before."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ring3.machine import Boot, Emulator, Machine, Options, Session
from ring3.machine.accelerator import Verdict, best_accelerator, kvm_verdict, probe_elf
from ring3.machine.command import Accelerator

PATIENCE = 60.0
"""For a guest that lives; one that hangs is given up much earlier."""

FakeQemu = Callable[[str], str]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for what is remembered."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("RING3_CACHE", str(folder))
    return folder


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """A file that can be opened, as /dev/kvm can."""
    path = tmp_path / "kvm"
    path.touch()
    return path


@pytest.fixture
def fake_qemu(tmp_path: Path) -> FakeQemu:
    """A QEMU that does what a shell script says; it notes each time that it is started."""

    def make(script: str) -> str:
        program = tmp_path / "qemu"
        program.write_text(
            f"#!/bin/sh\necho >> {shlex.quote(str(tmp_path / 'starts'))}\n{script}\n"
        )
        program.chmod(0o755)
        return str(program)

    return make


def starts(tmp_path: Path) -> int:
    noted = tmp_path / "starts"
    return len(noted.read_text().splitlines()) if noted.exists() else 0


def qemu_that_emulates_kvm() -> str:
    """QEMU itself, which is told TCG where it is asked for KVM: a KVM that works."""
    return (
        'for word do shift; [ "$word" = kvm ] && word=tcg; set -- "$@" "$word"; done\n'
        f'exec {shutil.which("qemu-system-x86_64")} "$@"'
    )


def test_a_kvm_under_which_the_guest_lives_is_trusted(fake_qemu: FakeQemu, device: Path) -> None:
    qemu = fake_qemu(qemu_that_emulates_kvm())
    assert kvm_verdict(qemu, device=device, patience=PATIENCE) == Verdict(works=True)


@pytest.mark.parametrize("cpu", ["max", "qemu64", "EPYC,check=off"])
def test_the_tiny_guest_lives_on_cpus_with_smap_and_without(tmp_path: Path, cpu: str) -> None:
    kernel = tmp_path / "probe.elf"
    kernel.write_bytes(probe_elf())
    machine = Machine(
        name="pc", boot=("kernel",), machine="pc", cpu=cpu, debugcon=True, debug_exit=True
    )
    with Session(machine, Boot(kernel=kernel), Options(timeout=PATIENCE)) as session:
        outcome = session.wait()
    assert outcome.status == 0, outcome.report()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec sleep 600", "a tiny guest hung under KVM for 0.5 s"),
        (
            "echo 'KVM internal error. Suberror: 1' >&2; exec sleep 600",
            "a tiny guest hung under KVM for 0.5 s: KVM internal error. Suberror: 1",
        ),
        ("kill -ABRT $$", "a tiny guest died under KVM: QEMU was killed by signal 6 (SIGABRT)"),
        (
            "echo 'qemu: failed to initialize kvm' >&2; exit 1",
            "a tiny guest died under KVM: QEMU failed; it said: qemu: failed to initialize kvm",
        ),
        ("exit 0", "a tiny guest died under KVM: the machine reset"),
        ("exit 33", "a tiny guest died under KVM: QEMU's status 33 says"),
    ],
)
def test_a_kvm_that_hangs_or_dies_is_found_out(
    fake_qemu: FakeQemu, device: Path, script: str, reason: str
) -> None:
    verdict = kvm_verdict(fake_qemu(script), device=device, patience=0.5)
    assert not verdict.works
    assert verdict.reason.startswith(reason)
    assert "\n" not in verdict.reason


def test_what_was_found_is_remembered_until_the_device_or_qemu_changes(
    fake_qemu: FakeQemu, device: Path, tmp_path: Path
) -> None:
    qemu = fake_qemu("exit 1")
    first = kvm_verdict(qemu, device=device)
    assert kvm_verdict(qemu, device=device) == Verdict(False, first.reason, remembered=True)
    assert starts(tmp_path) == 1
    kvm_verdict(qemu, device=device, again=True)
    assert starts(tmp_path) == 2
    device.chmod(0o644)
    kvm_verdict(qemu, device=device)
    assert starts(tmp_path) == 3
    assert "died" in kvm_verdict(fake_qemu("# another QEMU\nexit 1"), device=device).reason
    assert starts(tmp_path) == 4


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"works": "yes", "reason": 1}', b"\xff"])
def test_a_damaged_memory_is_no_memory(
    fake_qemu: FakeQemu, device: Path, cache: Path, tmp_path: Path, damage: bytes
) -> None:
    qemu = fake_qemu("exit 1")
    kvm_verdict(qemu, device=device)
    (kept,) = cache.glob("kvm-*")
    kept.write_bytes(damage)
    assert not kvm_verdict(qemu, device=device).remembered
    assert starts(tmp_path) == 2


def test_without_a_cache_it_is_tried_each_time(
    fake_qemu: FakeQemu, device: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RING3_CACHE", "")
    qemu = fake_qemu("exit 1")
    for tries in (1, 2):
        assert not kvm_verdict(qemu, device=device).remembered
        assert starts(tmp_path) == tries


def test_where_there_is_no_device_nothing_is_started(fake_qemu: FakeQemu, tmp_path: Path) -> None:
    verdict = kvm_verdict(fake_qemu("exit 1"), device=tmp_path / "absent")
    assert verdict == Verdict(False, f"there is no {tmp_path}/absent")
    assert starts(tmp_path) == 0


def test_bochs_has_nothing_to_choose() -> None:
    bochs = Machine(name="bochs", boot=("disk",), emulator=Emulator.BOCHS)
    assert best_accelerator(bochs) == (Accelerator.TCG, None)


def test_what_is_said_of_this_computer_s_kvm_is_true(guest: Callable[..., Boot]) -> None:
    """Whatever it is: a KVM that is trusted runs another guest too."""
    machine = Machine(
        name="pc",
        boot=("kernel",),
        machine="microvm,acpi=off,pit=on,pic=on,rtc=on,isa-serial=on,auto-kernel-cmdline=off",
        debugcon=True,
        debug_exit=True,
    )
    accelerator, reason = best_accelerator(machine)
    assert (reason is None) == (accelerator is Accelerator.KVM)
    if accelerator is Accelerator.KVM:
        with Session(machine, guest("clock"), Options(accelerator=accelerator)) as session:
            assert session.wait().status == 0
