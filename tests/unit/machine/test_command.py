"""QEMU's command line, and what is refused before there is one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine import Accelerator, Boot, Machine, Options, load_machine, qemu_command

QEMU = Path(__file__).parents[3] / "qemu"

KERNEL = Boot(kernel=Path("kernel.elf"), initrd=Path("initrd.tar"), append="init=/bin/doors -- a b")


@pytest.fixture
def machine() -> Machine:
    return load_machine("pc", [QEMU])


def _after(command: list[str], option: str) -> str:
    assert command.count(option) == 1
    return command[command.index(option) + 1]


def test_a_kernel_is_booted_with_its_initrd_and_command_line(machine: Machine) -> None:
    command = qemu_command(machine, KERNEL, Options())
    assert _after(command, "-kernel") == "kernel.elf"
    assert _after(command, "-initrd") == "initrd.tar"
    assert _after(command, "-append") == "init=/bin/doors -- a b"


def test_a_disk_is_never_written_and_its_commas_are_doubled(machine: Machine) -> None:
    command = qemu_command(machine, Boot(image=Path("a,b.img")), Options())
    assert _after(command, "-drive") == "if=ide,file=a,,b.img,format=raw,snapshot=on"
    assert "-kernel" not in command


def test_only_the_command_to_run_by_hand_lets_control_c_end_qemu(machine: Machine) -> None:
    by_hand = qemu_command(machine, KERNEL, Options())
    ours = qemu_command(machine, KERNEL, Options(), voice="/dev/fd/7")
    assert "stdio,id=com1" in by_hand
    assert "file,id=voice,path=/dev/stderr" in by_hand
    assert "stdio,id=com1,signal=off" in ours
    assert "file,id=voice,path=/dev/fd/7" in ours


def test_a_deterministic_run_counts_instructions(machine: Machine) -> None:
    command = qemu_command(machine, KERNEL, Options(deterministic=True, seed=7))
    assert _after(command, "-icount") == "shift=0,sleep=off"
    assert _after(command, "-rtc") == "base=2020-01-01,clock=vm"
    assert _after(command, "-seed") == "7"


def test_a_deterministic_run_has_a_seed_even_when_none_is_given(machine: Machine) -> None:
    assert _after(qemu_command(machine, KERNEL, Options(deterministic=True)), "-seed") == "0"


def test_a_seed_alone_does_not_slow_the_machine_down(machine: Machine) -> None:
    command = qemu_command(machine, KERNEL, Options(seed=7))
    assert _after(command, "-seed") == "7"
    assert "-icount" not in command


def test_memory_given_for_a_run_wins_over_the_machines(machine: Machine) -> None:
    assert _after(qemu_command(machine, KERNEL, Options()), "-m") == "128M"
    assert _after(qemu_command(machine, KERNEL, Options(memory="1G")), "-m") == "1G"


def test_a_machine_for_a_debugger_waits_at_a_socket_before_its_first_instruction(
    machine: Machine,
) -> None:
    assert not {"-gdb", "-S"} & set(qemu_command(machine, KERNEL, Options()))
    command = qemu_command(machine, KERNEL, Options(gdb=Path("run,1/gdb")))
    assert _after(command, "-gdb") == "unix:run,,1/gdb,server=on,wait=off"
    assert "-S" in command


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"memory": "128"}, "not a size of memory"),
        ({"seed": -1}, "does not fit into 64 bits"),
        ({"seed": 1 << 64}, "does not fit into 64 bits"),
        ({"timeout": 0.0}, "more than 0 seconds"),
        ({"timeout": math.nan}, "more than 0 seconds"),
        ({"output_limit": 0}, "more than 0"),
        ({"accelerator": Accelerator.KVM, "deterministic": True}, "KVM cannot count instructions"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(Ring3Error, match=complaint):
        Options(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"kernel": Path("kernel.elf"), "image": Path("ring3.img")},
        {"image": Path("ring3.img"), "append": "init=/bin/doors"},
        {"image": Path("ring3.img"), "initrd": Path("initrd.tar")},
    ],
)
def test_a_boot_is_a_kernel_or_a_disk(arguments: dict[str, Path]) -> None:
    with pytest.raises(ValueError, match="disk image"):
        Boot(**arguments)  # type: ignore[arg-type]
