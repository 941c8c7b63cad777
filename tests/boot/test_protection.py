"""What the kernel must never do, done on purpose: the CPU's protection has to stop it.

Each call of the scratch kernel breaks one rule.  Where the CPU has the feature
that forbids it, the kernel panics; where it has not, the call comes back, which
shows that it is the feature that bites.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from boot.scratch_system import BACK, ScratchSystem, build_scratch_system, scratch_workspace
from boot.stock_system import AMD, INTEL, StockSystem
from ring3 import pipeline
from ring3.elf.debuggable import debuggable
from ring3.locate import location
from ring3.machine import Outcome, OutcomeKind

CR0_WRITE_PROTECT = 1 << 16
CR4_BITS = {"umip": 1 << 11, "smep": 1 << 20, "smap": 1 << 21}
EFER_NO_EXECUTE = 1 << 11

FIRST_NOT_CANONICAL, LAST_NOT_CANONICAL, BEYOND_PROGRAMS, KERNEL_CODE, LAST_BYTE = range(5)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ScratchSystem:
    return build_scratch_system(tmp_path_factory.mktemp("scratch"))


@pytest.fixture
def scratch(built: ScratchSystem, tmp_path: Path) -> ScratchSystem:
    return ScratchSystem(replace(built.system, folder=tmp_path))


def panic_of(outcome: Outcome) -> str:
    assert outcome.kind is OutcomeKind.PANIC, outcome.report()
    return outcome.explanation


def test_a_panic_is_found_in_the_kernel_s_source(scratch: ScratchSystem) -> None:
    outcome = scratch("read_null")
    kernel = scratch.system.system.kernel
    found = location(outcome.voice, Path(), {"kernel.elf": lambda: debuggable(kernel)})
    assert found is not None
    assert re.fullmatch(
        r"0xffffffff8\w+ is scratch_read_null\S* in kernel\.elf, .*scratch\.s:\d+: mov .*", found
    ), found


@pytest.mark.parametrize(
    ("call", "feature", "error"),
    [
        ("read", "smap", 0x1),  # present
        ("execute", "smep", 0x11),  # present, instruction fetch
        ("execute_data", "nx", 0x11),
    ],
)
def test_a_feature_stops_the_kernel_and_without_it_the_kernel_goes_on(
    scratch: ScratchSystem, call: str, feature: str, error: int
) -> None:
    assert f"#PF page fault in the kernel, error={error:#x} " in panic_of(scratch(call))
    without = scratch(call, cpu=f"max,-{feature}")
    assert (without.kind, without.status) == (OutcomeKind.EXITED, BACK), without.report()


@pytest.mark.parametrize("cpu", ["max", "qemu64,check=off"])
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("write_text", "#PF page fault in the kernel, error=0x3 "),  # CR0.WP: present, write
        ("read_null", "#PF page fault in the kernel, error=0x0 cr2=0x0 "),
        ("recurse", "#DF stack overflow (into its guard page) in the kernel, "),
    ],
)
def test_the_kernel_s_own_pages_are_guarded_on_every_cpu(
    scratch: ScratchSystem, call: str, words: str, cpu: str
) -> None:
    assert words in panic_of(scratch(call, cpu=cpu))


@pytest.mark.parametrize("cpu", ["qemu64", "Nehalem", "Skylake-Client", "EPYC", "max"])
def test_each_protection_that_the_cpu_has_is_switched_on_and_no_other(
    boot: StockSystem, cpu: str
) -> None:
    voice = boot("hello", cpu=f"{cpu},check=off" if cpu != "max" else cpu).voice.decode()
    features = re.search(r"^ring3: cpu .* features (.*)$", voice, re.MULTILINE)
    control = re.search(r"^ring3: control cr0=(\S+) cr4=(\S+)$", voice, re.MULTILINE)
    efer = re.search(r"EFER=(\S+)$", voice, re.MULTILINE)
    assert features is not None, voice
    assert control is not None, voice
    assert efer is not None, voice
    cr0, cr4 = (int(word, 16) for word in control.groups())
    assert cr0 & CR0_WRITE_PROTECT
    names = features[1].split()
    assert {name for name, bit in CR4_BITS.items() if cr4 & bit} == set(names) & set(CR4_BITS)
    assert bool(int(efer[1], 16) & EFER_NO_EXECUTE) == ("nx" in names)
    if cpu == "max":
        assert {"umip", "smep", "smap", "nx"} <= set(names)


def test_without_smap_the_copies_have_no_instruction_that_needs_it(boot: StockSystem) -> None:
    """STAC and CLAC are #UD there: a program that gives pointers would not live."""
    outcome = boot("efault", cpu="max,-smap")
    assert outcome.exit_code == 0, outcome.report()
    assert outcome.console == boot("efault", cpu="max").console


@pytest.mark.parametrize("cpu", [INTEL, AMD])
@pytest.mark.parametrize("door", ["s", "i"])
@pytest.mark.parametrize("number", [FIRST_NOT_CANONICAL, KERNEL_CODE])
def test_a_return_address_outside_the_program_s_half_kills_the_program_and_not_the_kernel(
    scratch: ScratchSystem, number: int, door: str, cpu: str
) -> None:
    outcome = scratch.bochs("return_to", number=number, door=door, cpu=cpu)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 11), outcome.report()
    rip = {
        FIRST_NOT_CANONICAL: 0x8000_0000_0000,
        KERNEL_CODE: scratch.system.system.kernel.symbols["syscall_entry"],
    }[number]
    assert f" rip={rip:#x}\n" in outcome.voice.decode()


@pytest.mark.parametrize("door", ["s", "i"])
@pytest.mark.parametrize("number", [LAST_NOT_CANONICAL, BEYOND_PROGRAMS, LAST_BYTE])
def test_the_other_edges_of_the_address_space_kill_the_program_too(
    scratch: ScratchSystem, number: int, door: str
) -> None:
    outcome = scratch("return_to", number=number, door=door)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 11), outcome.report()


@pytest.mark.parametrize(
    ("file", "check", "door"),
    [
        ("entry/syscall.s", "jae .Lreturn_by_iret", "s"),
        ("entry/exceptions.s", "je .Lbad_return", "i"),
    ],
)
def test_bochs_finds_a_kernel_that_does_not_check_where_it_returns_to(
    tmp_path: Path, file: str, check: str, door: str
) -> None:
    """The tests above can fail: without the check the fault is the kernel's."""
    workspace = scratch_workspace(tmp_path)
    assert workspace.kernel_sources is not None
    source = workspace.kernel_file(file).read_text()
    assert source.count(f"    {check}\n") + source.count(f"    {check} ") == 1
    careless = workspace.kernel_sources / file
    careless.parent.mkdir()
    careless.write_text(source.replace(f"    {check}", "    nop"))
    outcome = build_scratch_system(tmp_path, workspace).bochs("return_to", door=door)
    assert outcome.kind in (OutcomeKind.PANIC, OutcomeKind.RESET), outcome.report()


@pytest.mark.parametrize("door", ["s", "i"])
def test_the_trap_flag_in_a_frame_traps_after_one_instruction_of_the_program(
    scratch: ScratchSystem, door: str
) -> None:
    outcome = scratch("flags", number=8, door=door)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 5), outcome.report()
    if door == "s":  # RCX is the return address; a MOV of 7 bytes is there
        voice = outcome.voice.decode()
        back, rip = (re.search(rf"\b{name}=0x0*([0-9a-f]+)", voice) for name in ("rcx", "rip"))
        assert back is not None
        assert rip is not None
        assert int(rip[1], 16) == int(back[1], 16) + 7


@pytest.mark.parametrize("door", ["s", "i"])
def test_the_resume_flag_in_a_frame_is_gone_after_one_instruction(
    scratch: ScratchSystem, door: str
) -> None:
    outcome = scratch("flags", number=16, door=door)
    assert (outcome.kind, outcome.status) == (OutcomeKind.EXITED, BACK), outcome.report()


@pytest.mark.parametrize(
    ("call", "signal", "words"),
    [
        ("no_fpu", 11, "SIGSEGV: #NM device not available"),
        ("not_present", 7, "SIGBUS: #NP segment not present"),
    ],
)
def test_exceptions_that_no_program_can_raise_by_itself_kill_it_with_linux_s_signal(
    scratch: ScratchSystem, call: str, signal: int, words: str
) -> None:
    outcome = scratch(call)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, signal), outcome.report()
    assert words in outcome.voice.decode()


@pytest.mark.parametrize("instruction", ["gdt", "idt", "ldt", "msw", "tr"])
def test_with_umip_no_program_learns_where_the_kernel_s_tables_lie(
    scratch: ScratchSystem, instruction: str
) -> None:
    outcome = scratch.system("store_gdt", instruction)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, 11), outcome.report()
    assert "#GP" in outcome.voice.decode()
    without = scratch.system("store_gdt", instruction, cpu="max,-umip")
    assert (without.kind, without.status) == (OutcomeKind.EXITED, BACK), without.report()


@pytest.mark.parametrize(("cpu", "signal"), [(INTEL, 4), (AMD, 11)])
def test_syscall_from_32_bit_code_of_a_64_bit_program_ends_it_as_its_cpu_says(
    scratch: ScratchSystem, cpu: str, signal: int
) -> None:
    """Intel's raise #UD; AMD's come to CSTAR, and such a program has no vDSO to return to."""
    outcome = scratch.system.bochs("syscall_32", cpu=cpu)
    assert (outcome.kind, outcome.signal) == (OutcomeKind.KILLED, signal), outcome.report()


@pytest.mark.parametrize("cpu", ["max", "max,-smap"])
def test_a_far_return_of_a_program_is_no_affair_of_smap_s(
    boot: StockSystem, tmp_path: Path, cpu: str
) -> None:
    """QEMU's CPU reads a far return's frame with the kernel's rights, in ring 3 too."""
    source = tmp_path / "far_return.s"
    source.write_text(
        "    .intel_syntax noprefix\n    .text\n    .global _start\n_start:\n"
        "    push 0x33\n    lea rax, [rip + 1f]\n    push rax\n    retfq\n"
        "1:  mov edi, 7\n    jmp exit_program\n"
    )
    system = pipeline.build([str(source)], stock_programs=False)
    outcome = replace(boot, system=system)("far_return", cpu=cpu)
    assert outcome.exit_code == 7, outcome.report()
    assert ("SMAP is switched off" in outcome.voice.decode()) == (cpu == "max")
