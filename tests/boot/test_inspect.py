"""A guest looked at from outside: its CPU, tables and memory as QEMU has them.

The oracles are the kernel's own log (read by SGDT, SIDT and RDMSR inside the
guest), QEMU's `info registers` and `info tlb`, and what the program prints.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3.diagnostic import Ring3Error
from ring3.machine import Options, Session, load_machine
from ring3.machine.cpu_state import CPU_FIELDS, parse_cpu_state
from ring3.machine.inspect import Guest, inspect
from ring3.machine.monitor import MonitorError
from ring3.x86.auxv import AT_ENTRY, AT_EXECFN, AT_PHDR, AT_SYSINFO_EHDR
from ring3.x86.descriptors import INTERRUPT_GATE, segment_of
from ring3.x86.paging import GLOBAL, NO_EXECUTE, USER, WRITE, NotMappedError

PAGE = 4096


@dataclass(frozen=True)
class Looked:
    """A guest that stands still in ring 3, and what its kernel said before."""

    guest: Guest
    voice: str

    def said(self, pattern: str) -> int:
        """A hexadecimal number of the kernel's log."""
        found = re.search(pattern, self.voice)
        assert found is not None, self.voice
        return int(found[1], 16)


@pytest.fixture(scope="module")
def looked(stock_system: StockSystem, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """`loop`, in its loop."""
    folder = tmp_path_factory.mktemp("inspect")
    boot = StockSystem(folder, stock_system.system, stock_system.workspace)
    machine = load_machine("microvm", boot.workspace.machine_roots)
    options = Options(timeout=PATIENCE, monitor=folder / "monitor")
    with Session(machine, boot.kernel(init_of("loop")), options) as session:
        session.expect_exact("Round and round.\n")
        while True:  # until the call that said so has returned; the session has a deadline
            with inspect(session) as guest:
                if guest.cpu.ring == 3:
                    yield Looked(guest, session.voice.decode())
                    return


def test_the_msrs_are_those_that_rdmsr_gives_the_kernel(looked: Looked) -> None:
    msrs = looked.guest.cpu.msrs
    for name in ("STAR", "LSTAR", "SFMASK", "EFER"):
        assert msrs[name] == looked.said(rf"{name}=0x([0-9a-f]+)"), name


def test_every_register_is_as_the_monitor_says_it(looked: Looked) -> None:
    cpu = looked.guest.cpu
    shown = looked.guest.monitor.human("info registers")
    words = {
        name.lower(): int(value, 16)
        for name, value in re.findall(r"\b([A-Z0-9]{2,4}) ?= *([0-9a-f]+)", shown)
    }
    assert {name: words[name] for name in cpu.registers if name != "rflags"} == {
        name: value for name, value in cpu.registers.items() if name != "rflags"
    }
    assert cpu.registers["rflags"] == words["rfl"]
    assert dict(cpu.control) == {name: words[name] for name in cpu.control}
    hidden = re.findall(r"^(\w{2,3}) ?=([0-9a-f]{4}) ([0-9a-f]+) ([0-9a-f]+)", shown, re.MULTILINE)
    assert len(hidden) == 8
    for name, *numbers in hidden:
        segment = cpu.segments[name.lower()]
        assert [segment.selector, segment.base, segment.limit] == [int(n, 16) for n in numbers]


def test_the_gate_of_the_old_door_is_the_one_that_the_kernel_logs(
    looked: Looked, boot: StockSystem
) -> None:
    gate = looked.guest.idt()[0x80]
    symbols = boot.system.kernel.symbols
    assert gate.handler == looked.said(r"gate 0x80 .*handler=0x([0-9a-f]+)")
    assert gate.handler == symbols["int80_entry"]
    assert (gate.type, gate.dpl, gate.present) == (INTERRUPT_GATE, 3, True)
    assert not looked.guest.idt()[0x81].present
    assert looked.guest.idt()[14].dpl == 0


def test_the_segments_that_the_cpu_has_loaded_are_in_the_gdt(looked: Looked) -> None:
    cpu, gdt = looked.guest.cpu, looked.guest.gdt()
    code = segment_of(gdt, cpu.segments["cs"].selector)
    task = segment_of(gdt, cpu.segments["tr"].selector)
    assert code is not None
    assert task is not None
    assert (code.is_code, code.long, code.dpl, cpu.ring) == (True, True, 3, 3)
    assert task.is_tss
    assert task.base == cpu.segments["tr"].base
    assert cpu.segments["gdt"].base == looked.said(r"gdt base=0x([0-9a-f]+)")


def test_the_task_state_leads_to_the_kernel_s_stack(looked: Looked, boot: StockSystem) -> None:
    symbols = boot.system.kernel.symbols
    task = looked.guest.task_state()
    assert task.rsp[0] == symbols["kernel_stack_top"]
    assert task.ist[3] == symbols["stacks_end"]


def test_the_walk_finds_what_qemu_s_own_walk_finds(looked: Looked) -> None:
    """`info tlb` prints every page: virtual address, frame, flags of its last entry."""
    rows = re.findall(
        r"^([0-9a-f]{16}): ([0-9a-f]{16}) (\S)(\S)(\S)\S\S\S\S(\S)(\S)\s*$",
        looked.guest.monitor.human("info tlb"),
        re.MULTILINE,
    )
    mappings = looked.guest.mappings()
    assert len(rows) == len(mappings) > 100
    for row, mapping in zip(rows, mappings, strict=True):
        address, frame = int(row[0], 16), int(row[1], 16)
        assert (address, frame) == (mapping.address, mapping.frame)
        last = looked.guest.translate(address).steps[-1].entry
        flags = [last & NO_EXECUTE, last & GLOBAL, mapping.page_size > PAGE, last & USER]
        assert [letter != "-" for letter in row[2:6]] == [bool(flag) for flag in flags]
        assert (row[6] != "-") == bool(last & WRITE)


def test_the_walk_to_one_address_and_the_walk_to_all_agree(looked: Looked) -> None:
    for mapping in looked.guest.mappings():
        translation = looked.guest.translate(mapping.end - 1)
        assert translation.mapping == mapping
        assert translation.physical == mapping.frame + mapping.size - 1


def test_the_initial_stack_says_what_the_kernel_says(looked: Looked, boot: StockSystem) -> None:
    stack = looked.guest.initial_stack(looked.said(r"stack=0x([0-9a-f]+)"))
    assert stack.arguments == (b"loop",)
    assert stack.environment == (b"HOME=/", b"TERM=linux")
    assert stack.value(AT_SYSINFO_EHDR) == looked.said(r"vdso text=0x([0-9a-f]+)")
    assert stack.value(AT_ENTRY) == looked.said(r"entry=0x([0-9a-f]+)")
    name = next(pair for pair in stack.auxiliary if pair.type == AT_EXECFN)
    assert str(name).endswith('"loop"')


def test_virtual_memory_is_the_program_s_and_the_kernel_s(
    looked: Looked, boot: StockSystem
) -> None:
    guest = looked.guest
    program = next(found for found in boot.system.programs if found.name == "loop")
    stack = guest.initial_stack(looked.said(r"stack=0x([0-9a-f]+)"))
    headers = stack.value(AT_PHDR)
    vdso = stack.value(AT_SYSINFO_EHDR)
    assert headers is not None
    assert vdso is not None
    # Its tables; in its code the kernel has chosen getcpu's instruction.
    assert guest.virtual(vdso, 1024) == boot.system.vdso[:1024]
    assert guest.virtual(0x401000, 16) in program.data
    text = boot.system.kernel.symbols["__text_start"]
    assert guest.virtual(text + 100, 8192) in boot.system.kernel.data  # over three pages


def test_an_address_without_a_page_says_how_far_the_walk_came(looked: Looked) -> None:
    with pytest.raises(NotMappedError) as raised:
        looked.guest.virtual(0x400FFF0000, 1)
    steps = raised.value.translation.steps
    assert [step.level for step in steps] == [3, 2]
    assert "not present" in str(steps[-1])
    assert looked.guest.translate(1 << 63).steps == ()  # not canonical


def test_a_guest_that_was_looked_at_goes_on(boot: StockSystem) -> None:
    machine = load_machine("microvm", boot.workspace.machine_roots)
    options = Options(timeout=PATIENCE, monitor=boot.folder / "monitor")
    with Session(machine, boot.kernel(init_of("echo")), options) as session:
        session.expect_voice("ring3: init ")
        for text in ("one", "two"):
            with inspect(session) as guest:
                assert guest.cpu.msrs["LSTAR"] == boot.system.kernel.symbols["syscall_entry"]
                assert not guest.monitor.is_running()
            session.sendline(text)
            session.expect_exact(f"{text}\n{text}\n")
        session.sendeof()
        assert session.wait().status == 0


def test_a_machine_is_looked_at_before_its_first_instruction(boot: StockSystem) -> None:
    machine = load_machine("pc", boot.workspace.machine_roots)
    options = Options(timeout=PATIENCE, gdb=boot.folder / "gdb", monitor=boot.folder / "monitor")
    with (
        Session(machine, boot.kernel(init_of("loop")), options) as session,
        inspect(session) as guest,
    ):
        cpu = guest.cpu
        assert (cpu.registers["rip"], cpu.segments["cs"].base) == (0xFFF0, 0xFFFF0000)
        assert (cpu.ring, cpu.is_protected, cpu.has_paging, cpu.is_long) == (0, False, False, False)
        with pytest.raises(Ring3Error, match="not in long mode"):
            guest.mappings()
        with pytest.raises(MonitorError, match="refused `no-such-command`"):
            guest.monitor.command("no-such-command")


def test_the_fields_lie_where_qemu_s_own_description_of_its_stream_says(
    looked: Looked, tmp_path: Path
) -> None:
    """A migration ends with a description, in JSON, of every field that was sent."""
    monitor, stream = looked.guest.monitor, tmp_path / "stream"
    state = monitor.device_state(tmp_path)
    monitor.command("migrate", uri=f"exec:cat > '{stream}'")
    while monitor.command("query-migrate")["status"] != "completed":
        pass
    data = stream.read_bytes()
    described = json.loads(data[data.rindex(b'{"page_size"') :])
    (cpu,) = (device for device in described["devices"] if device["name"] == "cpu")
    sizes = [(field["name"], field["size"] * field.get("array_len", 1)) for field in cpu["fields"]]
    names = [re.sub(r"^env\.|_vmstate$|[][]", "", name) for name, _ in sizes]
    ours = [(name, struct.calcsize(">" + kind)) for name, kind in CPU_FIELDS.items()]
    assert ours == list(zip(names, (size for _, size in sizes), strict=True))[: len(ours)]
    assert parse_cpu_state(state) == looked.guest.cpu


def test_what_is_no_state_is_refused(looked: Looked, tmp_path: Path) -> None:
    state = looked.guest.monitor.device_state(tmp_path)
    for broken, reason in {
        state[1:]: "does not begin",
        state[:400]: "no `cpu` 0",
        state.replace(
            b"\3cpu\0\0\0\0\0\0\0\x0c", b"\3cpu\0\0\0\0\0\0\0\x0d"
        ): "another version than 12",
    }.items():
        with pytest.raises(Ring3Error, match=reason):
            parse_cpu_state(broken)
    with pytest.raises(Ring3Error, match="no `cpu` 1"):
        parse_cpu_state(state, 1)
