"""How the assignment "the gate" is judged: INT 0x80 from outside, one property a check.

    descriptor ──> the 16 bytes of gate 0x80, in the table that IDTR points to
    entry ───────> one step over INT 0x80: where the CPU is, on which stack
    dispatch ────> the registers at the handler that the table of calls names
    return ──────> the registers and flags of the program afterwards

Registers hold random numbers before every call; what must come of them is
worked out here.  From `dispatch` on the gate is made right from outside first:
a mistake in the descriptor is paid for once.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from ring3.course.finding import RIGHT, Finding, Judges, wrong
from ring3.course.lab import (
    ALIGNMENT_FLAG,
    ALL_BITS,
    ARITHMETIC_FLAGS,
    DIRECTION_FLAG,
    INTERRUPT_FLAG,
    Door,
    Lab,
    drawn_flags,
    drawn_registers,
    signed,
)
from ring3.machine import OutcomeKind
from ring3.machine.gdb_stub import GENERAL
from ring3.x86.descriptors import GATE_SIZE, INTERRUPT_GATE, TRAP_GATE, Gate

VECTOR = 0x80
KERNEL_CODE = 0x10
RIGHT_KIND = 0xEE  # present, DPL 3, an interrupt gate

EXIT, WRITE, CLOSE, GETPID, MMAP2, GETUID = 1, 4, 6, 20, 192, 199
NOT_IMPLEMENTED = -38
BAD_FILE = -9

# The i386's registers of arguments, and where a handler wants them.
ARGUMENTS = ("rbx", "rcx", "rdx", "rsi", "rdi", "rbp")
HANDLER_ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")

# What a handler, a procedure of the psABI, may leave changed; getuid itself sets RAX.
SCRATCH = ("rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")

LOW_HALF = (1 << 32) - 1


def present(lab: Lab, draw: random.Random) -> Finding:
    """The gate is there and leads to the student's entry."""
    with lab.using_door() as door:
        gate = _gate(door)
        entry = door.symbol("int80_entry")
    if not gate.present:
        return wrong("gate 0x80 is present (bit 7 of byte 5)", "its P bit is 0")
    if gate.handler != entry:
        return wrong(f"its handler is int80_entry, {entry:#x}", f"it is {gate.handler:#x}")
    return RIGHT


def privilege(lab: Lab, draw: random.Random) -> Finding:
    """Programs may come by it."""
    with lab.using_door() as door:
        gate = _gate(door)
    if gate.dpl != 3:
        return wrong("DPL 3, so that INT 0x80 is allowed in ring 3", f"DPL {gate.dpl}")
    return RIGHT


def kind(lab: Lab, draw: random.Random) -> Finding:
    """An interrupt gate of the kernel's code segment, without a stack of its own."""
    with lab.using_door() as door:
        gate = _gate(door)
    if gate.type == TRAP_GATE:
        return wrong("an interrupt gate (type 0xe)", "a trap gate: interrupts stay on", 0.5)
    if gate.type != INTERRUPT_GATE:
        return wrong("an interrupt gate (type 0xe)", f"type {gate.type:#x}")
    if gate.selector != KERNEL_CODE:
        return wrong(f"selector {KERNEL_CODE:#x}", f"selector {gate.selector:#x}")
    if gate.ist != 0:
        return wrong("IST 0: RSP0 is the stack of a call", f"IST {gate.ist}", 0.5)
    return RIGHT


def entry(lab: Lab, draw: random.Random) -> Finding:
    """INT 0x80 itself brings the program into the entry."""
    with lab.using_door() as door:
        opened = _gate(door)
        call = door.enter(drawn_registers(draw, but={"rax": GETPID}))
        expected = door.symbol("int80_entry")
        if call.entered["rip"] != expected:
            where = f"RIP is {call.entered['rip']:#x}, in ring {call.entered['cs'] & 3}"
            lab.stop()
            return wrong(f"one step over INT 0x80 leads to int80_entry, {expected:#x}", where)
        door.come_back(call)
        left = _gate(door)
    if left != opened:
        return wrong("gate 0x80 is after a call as it was before it", f"it is {left}", share=0.5)
    return RIGHT


def dispatch(lab: Lab, draw: random.Random) -> Finding:
    """All six arguments arrive, as Linux truncates them."""
    drawn = drawn_registers(draw, but={"rax": MMAP2})
    with _right_gate(lab) as door:
        call = door.enter(drawn)
        handler = door.handler("syscall_table_32", MMAP2)
        at = door.go_to_handler(call, handler, "that of mmap2")
        lab.stop()  # what mmap2 would do with random arguments is not asked
    pairs = list(zip(ARGUMENTS, HANDLER_ARGUMENTS, strict=True))
    bad = [
        f"{there.upper()} is {at[there]:#x}, {here.upper()} was {drawn[here]:#x}"
        for here, there in pairs
        if at[there] != drawn[here] & LOW_HALF
    ]
    if bad:
        want = "at the handler RDI RSI RDX R10 R8 R9 hold EBX ECX EDX ESI EDI EBP, zero-extended"
        return wrong(want, "; ".join(bad), share=0.5 * (1 - len(bad) / len(pairs)))
    return RIGHT


def unknown(lab: Lab, draw: random.Random) -> Finding:
    """A number without a call is answered, whatever stands in RAX's upper half."""
    numbers = [draw.randrange(1000, 1 << 31), LOW_HALF, 1 << 31]
    for number in numbers:
        rax = draw.getrandbits(32) << 32 | number
        with _right_gate(lab) as door:
            call = door.enter(drawn_registers(draw, but={"rax": rax}))
            after = door.come_back(call)
        if after["rax"] != NOT_IMPLEMENTED & ALL_BITS:
            return wrong(
                f"number {number:#x} gives -ENOSYS (-38)", f"RAX is {signed(after['rax'])}"
            )
    return RIGHT


def truncated(lab: Lab, draw: random.Random) -> Finding:
    """Only EAX is the number."""
    rax = draw.getrandbits(31) << 33 | 1 << 32 | GETPID
    with _right_gate(lab) as door:
        call = door.call(drawn_registers(draw, but={"rax": rax}))
    assert call.after is not None
    if call.after["rax"] != 1:
        return wrong(
            f"RAX = {rax:#x} is call {GETPID}, getpid, and gives 1",
            f"RAX is {signed(call.after['rax'])}",
        )
    return RIGHT


def result(lab: Lab, draw: random.Random) -> Finding:
    """The handler's result is the program's, errors as negative 64-bit numbers."""
    descriptor = draw.randrange(1000, 1 << 30)
    rows = [(GETPID, 0, 1, "getpid() gives 1"), (CLOSE, descriptor, BAD_FILE, "close of a file")]
    for number, argument, expected, what in rows:
        with _right_gate(lab) as door:
            call = door.call(drawn_registers(draw, but={"rax": number, "rbx": argument}))
        assert call.after is not None
        if call.after["rax"] != expected & ALL_BITS:
            words = what if expected > 0 else f"{what} that is not open gives -EBADF (-9)"
            return wrong(words, f"RAX is {signed(call.after['rax'])}")
    return RIGHT


def output(lab: Lab, draw: random.Random) -> Finding:
    """write() through the door writes what the program has, all of it."""
    text = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randrange(20, 60)))
    with _right_gate(lab) as door:
        heard = len(door.console())
        door.stub.write(door.buffer, text.encode())
        values = {"rax": WRITE, "rbx": 1, "rcx": door.buffer, "rdx": len(text)}
        call = door.call(drawn_registers(draw, but=values))
        written = door.console()[heard:]
    assert call.after is not None
    if written != text.encode():
        seen = written[:80].decode("ascii", "backslashreplace")
        return wrong(f"write(1, …) shows {text!r}", f"the console shows {seen!r}")
    if call.after["rax"] != len(text):
        return wrong(f"write gives {len(text)}", f"RAX is {signed(call.after['rax'])}", share=0.5)
    return RIGHT


def registers(lab: Lab, draw: random.Random) -> Finding:
    """Nothing but RAX changes, whatever the handler did with what a handler may change."""
    with _right_gate(lab) as door:
        call = door.enter(drawn_registers(draw, but={"rax": GETUID}))
        door.go_to_handler(call, door.handler("syscall_table_32", GETUID), "that of getuid")
        door.stub.set_registers({name: draw.getrandbits(64) for name in SCRATCH})
        door.come_back(call)
    assert call.after is not None
    kept = [name for name in GENERAL if name != "rax"]
    changed = [
        f"{name.upper()} was {call.before[name]:#x}, is {call.after[name]:#x}"
        for name in kept
        if call.after[name] != call.before[name]
    ]
    if changed:
        return wrong(
            "every register but RAX is as it was before the call",
            "; ".join(changed),
            share=max(0.0, 0.5 - len(changed) / len(kept)),
        )
    return RIGHT


def flags(lab: Lab, draw: random.Random) -> Finding:
    """RFLAGS come back too, whatever the handler did to them."""
    rflags = drawn_flags(draw) | DIRECTION_FLAG
    with _right_gate(lab) as door:
        call = door.enter(drawn_registers(draw, but={"rax": GETUID, "rflags": rflags}))
        at = door.go_to_handler(call, door.handler("syscall_table_32", GETUID), "that of getuid")
        door.stub.set_register("rflags", at["rflags"] ^ ARITHMETIC_FLAGS)
        door.come_back(call)
    assert call.after is not None
    if call.after["rflags"] != rflags:
        return wrong(f"RFLAGS are {rflags:#x} as before", f"they are {call.after['rflags']:#x}")
    return RIGHT


def kernel_flags(lab: Lab, draw: random.Random) -> Finding:
    """The program's DF and AC do not rule the kernel."""
    rflags = DIRECTION_FLAG | ALIGNMENT_FLAG | INTERRUPT_FLAG | 2
    with _right_gate(lab) as door:
        call = door.enter(drawn_registers(draw, but={"rax": GETUID, "rflags": rflags}))
        at = door.go_to_handler(call, door.handler("syscall_table_32", GETUID), "that of getuid")
        door.come_back(call)
    still = [
        name
        for name, flag in (("DF", DIRECTION_FLAG), ("AC", ALIGNMENT_FLAG), ("IF", INTERRUPT_FLAG))
        if at["rflags"] & flag
    ]
    if still:
        return wrong(
            "DF, AC and IF are clear while the kernel runs",
            " and ".join(still) + (" is" if len(still) == 1 else " are") + " set in the handler",
            share=0.5 if len(still) == 1 else 0.0,
        )
    return RIGHT


def bases(lab: Lab, draw: random.Random) -> Finding:
    """GS is the kernel's in the kernel, and the program's again afterwards."""
    lab.stop()  # what the calls before this one did to GS is not asked
    with _right_gate(lab) as door:
        with door.inspected() as guest:
            own = guest.cpu.msrs["GS_BASE"]
            kernels = guest.cpu.msrs["KERNEL_GS_BASE"]
        call = door.enter(drawn_registers(draw, but={"rax": GETUID}))
        door.go_to_handler(call, door.handler("syscall_table_32", GETUID), "that of getuid")
        with door.inspected() as guest:
            inside = guest.cpu.msrs["GS_BASE"]
        door.come_back(call)
        with door.inspected() as guest:
            behind = guest.cpu.msrs["GS_BASE"]
    if inside != kernels:
        return wrong(
            f"in the handler GS's base is the kernel's, {kernels:#x}", f"it is {inside:#x}"
        )
    if behind != own:
        return wrong(f"the program's GS base is {own:#x} again", f"it is {behind:#x}", share=0.5)
    return RIGHT


def stack(lab: Lab, draw: random.Random) -> Finding:
    """Every call leaves the kernel's stack as it found it."""
    depths = set()
    with _right_gate(lab) as door:
        for _ in range(4):
            call = door.enter(drawn_registers(draw, but={"rax": GETUID}))
            at = door.go_to_handler(
                call, door.handler("syscall_table_32", GETUID), "that of getuid"
            )
            depths.add(call.entered["rsp"] - at["rsp"])
            door.come_back(call)
        top = call.entered["rsp"] + 5 * 8  # what the CPU pushed lies below RSP0
        with door.inspected() as guest:
            rsp0 = guest.task_state().rsp[0]
    if len(depths) > 1:
        return wrong("the frame has the same size in every call", f"{sorted(depths)} bytes")
    if top != rsp0:
        return wrong(f"the frame begins at RSP0, {rsp0:#x}", f"it begins at {top:#x}")
    return RIGHT


def leaving(lab: Lab, draw: random.Random) -> Finding:
    """exit() through the door ends the program with its status."""
    status = draw.randrange(1, 256)
    with _right_gate(lab) as door:
        door.stub.set_registers({"rip": door.at, "rax": EXIT, "rbx": status})
        outcome = door.end()
        lab.stop()
    if outcome.kind is not OutcomeKind.EXITED or outcome.status != status:
        return wrong(f"exit({status}) ends the program with status {status}", outcome.explanation)
    return RIGHT


def _gate(door: Door) -> Gate:
    with door.inspected() as guest:
        return guest.idt()[VECTOR]


@contextmanager
def _right_gate(lab: Lab) -> Iterator[Door]:
    """The door with the gate that it should have."""
    with lab.using_door() as door:
        with door.inspected() as guest:
            table = guest.cpu.segments["idt"].base
        handler = door.symbol("int80_entry")
        low, middle, high = handler & 0xFFFF, handler >> 16 & 0xFFFF, handler >> 32
        gate = struct.pack("<HHBBHII", low, KERNEL_CODE, 0, RIGHT_KIND, middle, high, 0)
        door.stub.write(table + VECTOR * GATE_SIZE, gate)
        yield door


JUDGES: Judges = {
    judge.__name__: judge
    for judge in (
        present,
        privilege,
        kind,
        entry,
        dispatch,
        unknown,
        truncated,
        result,
        output,
        registers,
        flags,
        kernel_flags,
        bases,
        stack,
        leaving,
    )
}
