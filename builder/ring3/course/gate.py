"""How the assignment "the gate" is judged: INT 0x80 from outside, one property a check.

    descriptor ──> the 16 bytes of gate 0x80, in the table that IDTR points to
    entry ───────> one step over INT 0x80: where the CPU is, on which stack
    dispatch ────> the registers at the handler that the table of calls names
    return ──────> the registers and the frame before the IRETQ that ends the call

Registers hold random numbers before every call; what must come of them is
worked out here.  A mistake is paid for once: behind `entry` the gate is made right
from outside, GS is the kernel's whatever SWAPGS does, and what a handler does
is done from outside, also for an entry that finds none (at `int80_call`, where the
other doors join it).  Only `entry`, `output` and `leaving` need all of it.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ring3.course.finding import RIGHT, Finding, Judges, wrong
from ring3.course.lab import (
    ALIGNMENT_FLAG,
    ALL_BITS,
    ARITHMETIC_FLAGS,
    DIRECTION_FLAG,
    INTERRUPT_FLAG,
    PROGRAM_CODE,
    PROGRAM_DATA,
    RESERVED_FLAG,
    Call,
    Door,
    GuestLostError,
    Lab,
    calls_in,
    drawn_flags,
    drawn_registers,
    ending,
    signed,
)
from ring3.machine import OutcomeKind
from ring3.machine.gdb_stub import GENERAL
from ring3.x86.descriptors import GATE_SIZE, INTERRUPT_GATE, TRAP_GATE, Gate

VECTOR = 0x80
KERNEL_CODE = 0x10
RIGHT_KIND = 0xEE  # present, DPL 3, an interrupt gate

EXIT, WRITE, GETPID, MMAP2, GETUID = 1, 4, 20, 192, 199
NOT_IMPLEMENTED = -38

FRAME_WORDS = 5  # what the CPU pushes: SS, RSP, RFLAGS, CS, RIP
RFLAGS_SLOT = 16  # of them, above RIP

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
    """INT 0x80 itself brings the program into the entry, and the entry brings it back."""
    with lab.using_door() as door:
        opened = _gate(door)
        call = door.enter(drawn_registers(draw, but={"rax": GETPID}))
        expected = door.symbol("int80_entry")
        if call.entered["rip"] != expected:
            where = f"RIP is {call.entered['rip']:#x}, in ring {call.entered['cs'] & 3}"
            lab.stop()
            return wrong(f"one step over INT 0x80 leads to int80_entry, {expected:#x}", where)
        try:
            out = door.follow()
            door.come_back(call)
        except GuestLostError as lost:
            lost.share = 0.5
            raise
        left = _gate(door)
    if not out["wide"]:
        lab.stop()
        return wrong("the call ends by IRETQ", "it ends by IRETD, for frames of 32 bits", share=0.5)
    if left != opened:
        return wrong("gate 0x80 is after a call as it was before it", f"it is {left}", share=0.5)
    return RIGHT


def dispatch(lab: Lab, draw: random.Random) -> Finding:
    """All six arguments arrive, as Linux truncates them."""
    drawn = drawn_registers(draw, but={"rax": MMAP2})
    with _right_gate(lab) as door:
        call = _enter(door, drawn)
        handler = door.handler("syscall_table_32", MMAP2)
        at = door.go_to_handler(call, handler, "that of mmap2")
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
    behind = calls_in("syscall_table_32")
    numbers = [draw.randrange(1000, 1 << 31), LOW_HALF, 1 << 31, behind, 1 << 16 | GETPID]
    for number in numbers:
        rax = draw.getrandbits(32) << 32 | number
        with _right_gate(lab) as door:
            _enter(door, drawn_registers(draw, but={"rax": rax}))
            out = door.follow()
        if out["rax"] != NOT_IMPLEMENTED & ALL_BITS:
            return wrong(f"number {number:#x} gives -ENOSYS (-38)", f"RAX is {signed(out['rax'])}")
    return RIGHT


def truncated(lab: Lab, draw: random.Random) -> Finding:
    """Only EAX is the number."""
    rax = draw.getrandbits(31) << 33 | 1 << 32 | GETPID
    with _right_gate(lab) as door:
        call = _enter(door, drawn_registers(draw, but={"rax": rax}))
        what = f"that of call {GETPID}, getpid, with RAX = {rax:#x}"
        door.go_to_handler(call, door.handler("syscall_table_32", GETPID), what)
    return RIGHT


def result(lab: Lab, draw: random.Random) -> Finding:
    """The handler's result is the program's, errors as negative 64-bit numbers."""
    for value in (draw.randrange(1000, 1 << 30), -draw.randrange(1, 134)):
        door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID}))
        with lab.using_door():
            out = _come_out(door, inside, draw, value)
        if out["rax"] != value & ALL_BITS:
            return wrong(f"a handler's result, {value}, is in RAX", f"RAX is {signed(out['rax'])}")
    return RIGHT


def output(lab: Lab, draw: random.Random) -> Finding:
    """write() through the door writes what the program has, all of it."""
    text = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randrange(20, 60)))
    with _right_gate(lab) as door:
        heard = len(door.console())
        door.stub.write(door.buffer, text.encode())
        values = {"rax": WRITE, "rbx": 1, "rcx": door.buffer, "rdx": len(text)}
        call = _enter(door, drawn_registers(draw, but=values))
        door.go_to_handler(call, door.handler("syscall_table_32", WRITE), "that of write")
        door.go_past_handler(call)
        out = door.follow()
        written = door.console()[heard:]
    if written != text.encode():
        seen = written[:80].decode("ascii", "backslashreplace")
        return wrong(f"write(1, …) shows {text!r}", f"the console shows {seen!r}")
    if out["rax"] != len(text):
        return wrong(f"write gives {len(text)}", f"RAX is {signed(out['rax'])}", share=0.5)
    return RIGHT


def registers(lab: Lab, draw: random.Random) -> Finding:
    """Nothing but RAX changes, whatever the handler did with what a handler may change."""
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID}))
    with lab.using_door():
        out = _come_out(door, inside, draw)
    before = inside.call.before
    kept = [name for name in GENERAL if name not in ("rax", "rsp")]
    changed = [
        f"{name.upper()} was {before[name]:#x}, is {out[name]:#x}"
        for name in kept
        if out[name] != before[name]
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
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID, "rflags": rflags}))
    with lab.using_door():
        door.stub.set_register("rflags", inside.at["rflags"] ^ ARITHMETIC_FLAGS)
        out = _come_out(door, inside, draw)
        frame = inside.call.entered["rsp"]
        # A frame that IRETQ would take from elsewhere is the check "stack".
        found = out["rflags"] if out["frame"] == frame else door.stub.word(frame + RFLAGS_SLOT)
    if found != rflags:
        return wrong(f"RFLAGS are {rflags:#x} as before", f"they are {found:#x}")
    return RIGHT


def kernel_flags(lab: Lab, draw: random.Random) -> Finding:
    """The program's DF and AC do not rule the kernel."""
    rflags = DIRECTION_FLAG | ALIGNMENT_FLAG | INTERRUPT_FLAG | RESERVED_FLAG
    _, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID, "rflags": rflags}))
    still = [
        name
        for name, flag in (("DF", DIRECTION_FLAG), ("AC", ALIGNMENT_FLAG), ("IF", INTERRUPT_FLAG))
        if inside.at["rflags"] & flag
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
    own = draw.getrandbits(46)  # an address that a program may have
    with lab.using_door() as door:
        kernels = door.kernel_own.gs_base
    swapped = {"rax": GETUID, "gs_base": own, "k_gs_base": kernels}
    door, inside = _go_inside(lab, drawn_registers(draw, but=swapped))
    with lab.using_door():
        with door.inspected() as guest:
            in_handler = guest.cpu.msrs["GS_BASE"]
        _come_out(door, inside, draw)
        with door.inspected() as guest:
            behind = guest.cpu.msrs["GS_BASE"]
    if in_handler != kernels:
        seen = f"it is {in_handler:#x}"
        return wrong(f"in the handler GS's base is the kernel's, {kernels:#x}", seen)
    if behind != own:
        return wrong(f"the program's GS base is {own:#x} again", f"it is {behind:#x}", share=0.5)
    return RIGHT


def stack(lab: Lab, draw: random.Random) -> Finding:
    """IRETQ takes the frame that the CPU pushed, below RSP0, and takes it as it was."""
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID}))
    with lab.using_door():
        entered = inside.call.entered["rsp"]
        rsp0 = door.kernel_own.stack
        pushed = door.stub.words(entered, FRAME_WORDS)
        out = _come_out(door, inside, draw)
        taken = door.stub.words(out["frame"], FRAME_WORDS)
    if entered + 8 * FRAME_WORDS != rsp0:
        seen = f"it begins at {entered + 8 * FRAME_WORDS:#x}"
        return wrong(f"the frame begins at RSP0, {rsp0:#x}", seen)
    if out["frame"] != entered:
        words = (out["frame"] - entered) / 8
        seen = f"RSP is {abs(words):g} words too {'high' if words > 0 else 'low'}"
        return wrong("at IRETQ RSP is where the CPU left it, all that was pushed popped", seen)
    if taken != pushed:
        seen = f"they are {', '.join(map(hex, taken))}"
        return wrong(f"RIP CS RFLAGS RSP SS are {', '.join(map(hex, pushed))}", seen)
    return RIGHT


def leaving(lab: Lab, draw: random.Random) -> Finding:
    """exit() through the door ends the program with its status."""
    status = draw.randrange(1, 256)
    with _right_gate(lab) as door:
        door.stub.set_registers({**_program(door), "rip": door.at, "rax": EXIT, "rbx": status})
        outcome = door.end()
        lab.stop()
    if outcome.kind is not OutcomeKind.EXITED or outcome.status != status:
        return wrong(f"exit({status}) ends the program with status {status}", ending(outcome))
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


def _program(door: Door) -> dict[str, int]:
    """Ring 3, where a program is before its call; GS is the kernel's, and so it stays."""
    base = door.kernel_own.gs_base
    return {
        "cs": PROGRAM_CODE,
        "ss": PROGRAM_DATA,
        "rsp": door.first_stack,
        "rflags": INTERRUPT_FLAG | RESERVED_FLAG,
        "gs_base": base,
        "k_gs_base": base,
    }


def _enter(door: Door, registers: Mapping[str, int]) -> Call:
    """INT 0x80 from ring 3, wherever the call before this one was left."""
    return door.enter({**_program(door), **registers})


@dataclass(frozen=True)
class Inside:
    """A call where a handler would do its work: the registers, and where it would return to."""

    call: Call
    at: Mapping[str, int]
    back: int
    stack: int  # RSP there


def _go_inside(lab: Lab, registers: Mapping[str, int]) -> tuple[Door, Inside]:
    """Let a call of getuid come to its handler.

    One that does not come there stands at int80_call instead, with its frame
    pushed, and would go on at int80_return.  Raises GuestLostError for one
    without a frame.
    """
    lost = lab.never.get("a handler")
    if lost is None:
        try:
            with _right_gate(lab) as door:
                call = _enter(door, registers)
                handler = door.handler("syscall_table_32", GETUID)
                at = door.go_to_handler(call, handler, "that of getuid")
                return door, Inside(call, at, door.stub.word(at["rsp"]), at["rsp"] + 8)
        except GuestLostError as error:
            lost = lab.never["a handler"] = error
    try:
        with _right_gate(lab) as door:
            call = _enter(door, registers)
            joint = door.symbol("int80_call")
            if call.entered["rip"] != joint:
                door.run_to(joint, otherwise="the entry does not come to int80_call")
            at = door.stub.registers()
    except GuestLostError:
        raise lost from None
    if at["rsp"] >= call.entered["rsp"]:
        lab.stop()
        raise lost
    return door, Inside(call, at, door.symbol("int80_return"), at["rsp"])


def _come_out(door: Door, inside: Inside, draw: random.Random, value: int = 0) -> Mapping[str, int]:
    """Do what a handler may do, with ``value`` for its result, and follow the call to its IRETQ."""
    changed = {name: draw.getrandbits(64) for name in SCRATCH}
    gone = {"rax": value & ALL_BITS, "rip": inside.back, "rsp": inside.stack}
    door.stub.set_registers({**changed, **gone})
    return door.follow()


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
