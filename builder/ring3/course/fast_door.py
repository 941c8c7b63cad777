"""How the assignment "the fast door" is judged: SYSCALL and SYSRET from outside.

    registers ──> EFER, STAR, LSTAR, SFMASK, out of the CPU's state
    entry ──────> one step over SYSCALL; the stack and GS at the handler
    dispatch ───> the registers at the handler that the table of calls names
    return ─────> the registers before the SYSRETQ or IRETQ that ends the call

From `stack` on the CPU's part of SYSCALL is done from outside, as it would be
with the right MSRs, and the way back is followed to the instruction that
leaves ring 0: a mistake in an MSR is paid for once.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ring3.course.finding import RIGHT, Finding, Judges, wrong
from ring3.course.lab import (
    ALIGNMENT_FLAG,
    ALL_BITS,
    ARITHMETIC_FLAGS,
    DIRECTION_FLAG,
    INTERRUPT_FLAG,
    NESTED_FLAG,
    PROGRAM_CODE,
    PROGRAM_DATA,
    RESERVED_FLAG,
    TRAP_FLAG,
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
from ring3.x86.paging import PAGE_SIZE

WRITE, CLOSE, MMAP, GETPID, EXIT, GETUID = 1, 3, 9, 39, 60, 102
NOT_IMPLEMENTED = -38
BAD_FILE = -9

KERNEL_CODE, KERNEL_DATA, SYSRET_BASE = 0x10, 0x18, 0x23
SYSTEM_CALL_ENABLE = 1  # EFER.SCE

ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")

# What a handler, a procedure of the psABI, may leave changed; getuid itself sets RAX.
SCRATCH = ("rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")

# What SYSCALL gives up by itself, and the result.
LOST = ("rax", "rcx", "r11", "rsp")

# The flags with which a program could make the kernel behave in another way.
MASKED = {
    "IF": INTERRUPT_FLAG,
    "TF": TRAP_FLAG,
    "DF": DIRECTION_FLAG,
    "AC": ALIGNMENT_FLAG,
    "NT": NESTED_FLAG,
}

ROOM = 1024  # bytes of the kernel's stack, between what two entries push

FIRST_BEYOND = 1 << 47  # the first address that is not canonical


def enabled(lab: Lab, draw: random.Random) -> Finding:
    """EFER.SCE."""
    efer = _msr(lab, "EFER")
    if not efer & SYSTEM_CALL_ENABLE:
        return wrong("EFER.SCE, bit 0, is 1", f"EFER is {efer:#x}: SYSCALL is #UD")
    return RIGHT


def way_in(lab: Lab, draw: random.Random) -> Finding:
    """The selectors that SYSCALL loads."""
    base = _msr(lab, "STAR") >> 32 & 0xFFFF
    if base != KERNEL_CODE:
        return wrong(
            f"STAR[47:32] is {KERNEL_CODE:#x}: CS = {KERNEL_CODE:#x}, SS = {KERNEL_DATA:#x}",
            f"it is {base:#x}",
        )
    return RIGHT


def way_out(lab: Lab, draw: random.Random) -> Finding:
    """The selectors that SYSRET loads."""
    base = _msr(lab, "STAR") >> 48
    if base | 3 != SYSRET_BASE:
        return wrong(
            "STAR[63:48] makes SYSRETQ load CS = 0x33 and SS = 0x2b",
            f"it is {base:#x}: CS = {base + 16 | 3:#x}, SS = {base + 8 | 3:#x}",
        )
    return RIGHT


def target(lab: Lab, draw: random.Random) -> Finding:
    """LSTAR."""
    at = _msr(lab, "LSTAR")
    with lab.using_door() as door:
        expected = door.symbol("syscall_entry")
    if at != expected:
        return wrong(f"LSTAR is syscall_entry, {expected:#x}", f"it is {at:#x}")
    return RIGHT


def mask(lab: Lab, draw: random.Random) -> Finding:
    """SFMASK, the most of it for IF."""
    value = _msr(lab, "SFMASK")
    missing = [name for name, flag in MASKED.items() if not value & flag]
    if not missing:
        return RIGHT
    share = 0.0 if "IF" in missing else 1 - len(missing) / len(MASKED)
    return wrong(
        f"SFMASK clears {', '.join(MASKED)}",
        f"it is {value:#x}: the program's {', '.join(missing)} would rule the kernel",
        share,
    )


def entry(lab: Lab, draw: random.Random) -> Finding:
    """SYSCALL itself brings the program into the entry, and SYSRET brings it back."""
    lab.stop()  # what the calls before this one did to GS is not asked
    with lab.using_door() as door:
        call = door.enter(drawn_registers(draw, but={"rax": GETPID}))
        expected = door.symbol("syscall_entry")
        if call.entered["rip"] != expected:
            where = f"RIP is {call.entered['rip']:#x}, in ring {call.entered['cs'] & 3}"
            lab.stop()
            return wrong(f"one step over SYSCALL leads to syscall_entry, {expected:#x}", where)
        try:
            out = door.follow()
            after = door.come_back(call)
        except GuestLostError as lost:
            lost.share = 0.5
            raise
    if not out["wide"]:
        lab.stop()
        seen = "it ends by SYSRET, which goes on in code of 32 bits"
        return wrong("the call ends by SYSRETQ", seen, 0.5)
    if (after["cs"], after["ss"]) != (PROGRAM_CODE, PROGRAM_DATA):
        seen = f"CS is {after['cs']:#x}, SS {after['ss']:#x}"
        return wrong("the program goes on with CS = 0x33, SS = 0x2b", seen, 0.5)
    return RIGHT


def stack(lab: Lab, draw: random.Random) -> Finding:
    """Nothing is pushed to the program's stack, wherever its RSP points."""
    page = draw.randbytes(PAGE_SIZE)
    with lab.using_door() as door:
        top, rsp = door.kernel_own.stack, door.buffer + PAGE_SIZE // 2
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID, "rsp": rsp}), page)
    at = inside.at
    with lab.using_door():
        written = door.stub.read(door.buffer, PAGE_SIZE) != page
    if written:
        lab.stop()
        return wrong("the program's stack is as it was", "the kernel wrote to it")
    if not top - PAGE_SIZE < at["rsp"] < top:
        lab.stop()
        return wrong(
            f"in the handler RSP is on the kernel's stack, below {top:#x}",
            f"it is {at['rsp']:#x}; the program's was {rsp:#x}",
        )
    wild = draw.getrandbits(64)
    door, _ = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID, "rsp": wild}))
    with lab.using_door():
        after = door.follow()
    if after["rsp"] != wild:
        seen = f"it is {after['rsp']:#x}"
        return wrong(f"the program's RSP is {wild:#x} again", seen, share=0.5)
    return RIGHT


def dispatch(lab: Lab, draw: random.Random) -> Finding:
    """All six arguments arrive whole."""
    drawn = drawn_registers(draw, but={"rax": MMAP})
    with lab.using_door() as door:
        _, at = _at_handler(door, drawn, MMAP)
        lab.stop()  # what mmap would do with random arguments is not asked
    bad = [
        f"{name.upper()} is {at[name]:#x}, was {drawn[name]:#x}"
        for name in ARGUMENTS
        if at[name] != drawn[name]
    ]
    if bad:
        want = "at the handler RDI RSI RDX R10 R8 R9 are the program's"
        return wrong(want, "; ".join(bad), share=0.5 * (1 - len(bad) / len(ARGUMENTS)))
    return RIGHT


def unknown(lab: Lab, draw: random.Random) -> Finding:
    """A number without a call is answered."""
    behind = calls_in("syscall_table_64")
    numbers = [draw.randrange(1000, 1 << 31), (1 << 32) - 1, 1 << 31, behind, 1 << 16 | GETPID]
    for number in numbers:
        with lab.using_door() as door:
            end = door.symbol("syscall_table_64") + 8 * behind
            there = door.stub.read(end, 8)
            # Who looks behind the table finds a call, and not what happens to lie there.
            door.stub.write(end, door.handler("syscall_table_64", GETPID).to_bytes(8, "little"))
            _enter_whatever_swapgs(door, drawn_registers(draw, but={"rax": number}))
            after = door.follow()
            door.stub.write(end, there)
        if after["rax"] != NOT_IMPLEMENTED & ALL_BITS:
            return wrong(
                f"number {number:#x} gives -ENOSYS (-38)", f"RAX is {signed(after['rax'])}"
            )
    return RIGHT


def truncated(lab: Lab, draw: random.Random) -> Finding:
    """Only EAX is the number."""
    rax = draw.getrandbits(31) << 33 | 1 << 32 | GETPID
    with lab.using_door() as door:
        after = _call(door, drawn_registers(draw, but={"rax": rax}), GETPID)
    if after["rax"] != 1:
        return wrong(
            f"RAX = {rax:#x} is call {GETPID}, getpid, and gives 1",
            f"RAX is {signed(after['rax'])}",
        )
    return RIGHT


def result(lab: Lab, draw: random.Random) -> Finding:
    """The handler's result is the program's."""
    descriptor = draw.randrange(1000, 1 << 30)
    rows = [
        (GETPID, 0, 1, "getpid() gives 1"),
        (CLOSE, descriptor, BAD_FILE, "close of a file that is not open gives -EBADF (-9)"),
    ]
    for number, argument, expected, words in rows:
        with lab.using_door() as door:
            drawn = drawn_registers(draw, but={"rax": number, "rdi": argument})
            after = _call(door, drawn, number)
        if after["rax"] != expected & ALL_BITS:
            return wrong(words, f"RAX is {signed(after['rax'])}")
    return RIGHT


def registers(lab: Lab, draw: random.Random) -> Finding:
    """Nothing but RAX changes, and what SYSCALL itself gives up."""
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID}))
    call = inside.call
    with lab.using_door():
        door.stub.set_registers({name: draw.getrandbits(64) for name in SCRATCH})
        after = door.follow()
    kept = [name for name in GENERAL if name not in LOST]
    changed = [
        f"{name.upper()} was {call.before[name]:#x}, is {after[name]:#x}"
        for name in kept
        if after[name] != call.before[name]
    ]
    if changed:
        return wrong(
            "every register but RAX, RCX and R11 is as it was before the call",
            "; ".join(changed),
            share=max(0.0, 0.5 - len(changed) / len(kept)),
        )
    return RIGHT


def place(lab: Lab, draw: random.Random) -> Finding:
    """RCX and R11 bring the program back to where it was, with its flags."""
    rflags = drawn_flags(draw) | DIRECTION_FLAG
    door, inside = _go_inside(lab, drawn_registers(draw, but={"rax": GETUID, "rflags": rflags}))
    at = inside.at
    with lab.using_door():
        # Low enough to be taken for an address of a program, at which SYSRETQ is right.
        garbage = {"rcx": draw.getrandbits(46), "r11": draw.getrandbits(64)}
        door.stub.set_registers({**garbage, "rflags": at["rflags"] ^ ARITHMETIC_FLAGS})
        after = door.follow()
    if after["rip"] != door.behind:
        return wrong(
            f"the program goes on at {door.behind:#x}, which SYSCALL left in RCX",
            f"it would go on at {after['rip']:#x}",
        )
    if after["rflags"] != rflags:
        return wrong(
            f"RFLAGS are {rflags:#x}, which SYSCALL left in R11",
            f"they are {after['rflags']:#x}",
            share=0.5,
        )
    return RIGHT


def bases(lab: Lab, draw: random.Random) -> Finding:
    """GS is the kernel's in the kernel, and the program's again afterwards."""
    own = draw.getrandbits(46)  # an address that a program may have
    with lab.using_door() as door:
        kernels = door.kernel_own.gs_base
    swapped = {"rax": GETUID, "gs_base": own, "k_gs_base": kernels}
    door, _ = _go_inside(lab, drawn_registers(draw, but=swapped))
    with lab.using_door():
        with door.inspected() as guest:
            inside = guest.cpu.msrs["GS_BASE"]
        door.follow()
        with door.inspected() as guest:
            behind = guest.cpu.msrs["GS_BASE"]
    if inside != kernels:
        return wrong(
            f"in the handler GS's base is the kernel's, {kernels:#x}", f"it is {inside:#x}"
        )
    if behind != own:
        return wrong(
            f"before the return the program's GS base is {own:#x} again",
            f"it is {behind:#x}",
            share=0.5,
        )
    return RIGHT


def careful(lab: Lab, draw: random.Random) -> Finding:
    """SYSRETQ is not given an address on which Intel's CPUs fault in ring 0."""
    with lab.using_door() as door:
        call = _enter_whatever_swapgs(door, drawn_registers(draw, but={"rax": GETUID}))
        door.stub.set_register("rcx", FIRST_BEYOND)
        _run_to_handler(door, call, GETUID)
        after = door.follow()
        lab.stop()  # the program could not go on from there
    if after["by_sysret"]:
        return wrong(
            f"a call that came from just below {FIRST_BEYOND:#x} returns by IRETQ",
            "it returns by SYSRETQ, which faults in ring 0 on the program's stack",
        )
    selectors = (after["cs"], after["ss"])
    if selectors != (PROGRAM_CODE, PROGRAM_DATA) or after["rip"] != FIRST_BEYOND:
        seen = "RIP {:#x}, CS {:#x}, SS {:#x}".format(after["rip"], *selectors)
        frame = f"RIP {FIRST_BEYOND:#x}, CS {PROGRAM_CODE:#x}, SS {PROGRAM_DATA:#x}"
        return wrong(f"IRETQ's frame has {frame}", f"it has {seen}", share=0.5)
    return RIGHT


def output(lab: Lab, draw: random.Random) -> Finding:
    """write() through the door writes what the program has, all of it."""
    text = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randrange(20, 60)))
    with lab.using_door() as door:
        heard = len(door.console())
        door.stub.write(door.buffer, text.encode())
        values = {"rax": WRITE, "rdi": 1, "rsi": door.buffer, "rdx": len(text)}
        after = _call(door, drawn_registers(draw, but=values), WRITE)
        written = door.console()[heard:]
    if written != text.encode():
        seen = written[:80].decode("ascii", "backslashreplace")
        return wrong(f"write(1, …) shows {text!r}", f"the console shows {seen!r}")
    if after["rax"] != len(text):
        return wrong(f"write gives {len(text)}", f"RAX is {signed(after['rax'])}", share=0.5)
    return RIGHT


def leaving(lab: Lab, draw: random.Random) -> Finding:
    """exit() through the door, with nothing done from outside."""
    status = draw.randrange(1, 256)
    lab.stop()
    with lab.using_door() as door:
        door.stub.set_registers({"rip": door.at, "rax": EXIT, "rdi": status})
        outcome = door.end()
        lab.stop()
    if outcome.kind is not OutcomeKind.EXITED or outcome.status != status:
        return wrong(f"exit({status}) ends the program with status {status}", ending(outcome))
    return RIGHT


def _msr(lab: Lab, name: str) -> int:
    with lab.using_door() as door, door.inspected() as guest:
        return guest.cpu.msrs[name]


def _enter(door: Door, registers: Mapping[str, int]) -> Call:
    """What the CPU does at SYSCALL with the right MSRs, done from outside (SDM Vol. 2B).

    RSP is on the kernel's stack already, unless it is given: a kernel that does
    not switch can go on, and loses what the check "stack" is worth.
    """
    stub = door.stub
    plain = INTERRUPT_FLAG | RESERVED_FLAG
    rsp = door.kernel_own.stack - ROOM
    stub.set_registers({"rip": door.at, "rflags": plain, "rsp": rsp, **registers})
    before = stub.registers()
    flags = before["rflags"]
    stub.set_registers(
        {
            "rcx": door.behind,
            "r11": flags,
            "rflags": flags & ~sum(MASKED.values()),
            "cs": KERNEL_CODE,
            "ss": KERNEL_DATA,
            "rip": door.symbol("syscall_entry"),
        }
    )
    return Call(before, stub.registers())


def _enter_whatever_swapgs(door: Door, registers: Mapping[str, int]) -> Call:
    """The same with GS the kernel's before SWAPGS and after it: that is the check "bases"."""
    base = door.kernel_own.gs_base
    return _enter(door, {"gs_base": base, "k_gs_base": base, **registers})


def _at_handler(
    door: Door, registers: Mapping[str, int], number: int = GETUID
) -> tuple[Call, Mapping[str, int]]:
    call = _enter_whatever_swapgs(door, registers)
    return call, _run_to_handler(door, call, number)


@dataclass(frozen=True)
class Inside:
    """A call where a handler would do its work, and the registers there."""

    call: Call
    at: Mapping[str, int]


def _go_inside(lab: Lab, registers: Mapping[str, int], page: bytes = b"") -> tuple[Door, Inside]:
    """Let a call of getuid come to its handler, with this ``page`` in the program's buffer.

    One that does not come there, and comes back, stands where its frame is
    deepest instead.  Raises GuestLostError for one that does neither.
    """
    lost = lab.never.get("a handler")
    if lost is None:
        try:
            with lab.using_door() as door:
                door.stub.write(door.buffer, page)
                return door, Inside(*_at_handler(door, registers))
        except GuestLostError as error:
            lost = lab.never["a handler"] = error
    try:
        with lab.using_door() as door:
            door.stub.write(door.buffer, page)
            _enter_whatever_swapgs(door, registers)
            steps = _steps_to_frame(door)
            call = _enter_whatever_swapgs(door, registers)
            for _ in range(steps):
                door.step()
            if steps:
                return door, Inside(call, door.stub.registers())
    except GuestLostError:
        raise lost from None
    raise lost


def _steps_to_frame(door: Door) -> int:
    """After how many instructions most is pushed to the kernel's stack, on the whole way back."""
    top = door.kernel_own.stack
    way = [door.stub.register("rsp")]
    door.follow(way)
    steps = depth = deepest = 0
    for number, (before, after) in enumerate(pairwise(way), 1):
        depth = depth + (before - after) // 8 if abs(before - after) <= 8 else 0
        if depth > deepest and top - PAGE_SIZE < after < top:
            steps, deepest = number, depth
    return steps


def _run_to_handler(door: Door, call: Call, number: int) -> Mapping[str, int]:
    handler = door.handler("syscall_table_64", number)
    return door.go_to_handler(call, handler, f"row {number} of syscall_table_64")


def _call(door: Door, registers: Mapping[str, int], number: int) -> dict[str, int]:
    """Through the door, the handler done in one go, to the return."""
    call, _ = _at_handler(door, registers, number)
    door.go_past_handler(call)
    return door.follow()


JUDGES: Judges = {
    judge.__name__: judge
    for judge in (
        enabled, way_in, way_out, target, mask, entry, stack, dispatch, unknown, truncated,
        result, registers, place, bases, careful, output, leaving,
    )
}  # fmt: skip
