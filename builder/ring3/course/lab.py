"""A submission's kernel on a machine, held from outside at the door that is judged.

    Built ──> QEMU, stopped ──gdb stub──> the check's program stands before its door
                                           registers are set here, not by the guest
              one step ──────────────────> the CPU went where the descriptor says
              run to the handler ────────> what dispatch made of the arguments
              run to the instruction after > what came back

The student owns ring 0, so nothing that the guest says is a verdict.  What
the checks go by is read from the machine; the guest's output is only ever
compared with what was drawn at random for this grading.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from elftools.elf.elffile import ELFFile

from ring3.course.finding import WrongError, wrong
from ring3.machine import Boot, Machine, Options, Outcome, OutcomeKind, Session
from ring3.machine.gdb_stub import (
    ASK_INTERVAL,
    GENERAL,
    GdbStub,
    GuestGoneError,
    NoMemoryError,
    NotReachedError,
    attached,
)
from ring3.machine.inspect import Guest, NotLongError, inspect
from ring3.postmortem.log import Tail
from ring3.postmortem.memory import Memory
from ring3.postmortem.notes import Notes, Standstill, notes_in, standstill
from ring3.tables import CONSTANTS
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace
from ring3.x86.paging import NotMappedError

# What the guest may use to come where it is awaited, in seconds.  The CPU's time is what
# counts, so that a grader with much else to do costs nobody points.  One that has halted for
# ever is given up when it is looked at, and one that uses none for another reason by the clock.
CPU_LIMIT = 3.0
LOOK_INTERVAL = 1.0
WALL_LIMIT = 120.0
OUTPUT_LIMIT = 1 << 20  # bytes that the guest may write

# QEMU itself is not to be trusted with a hostile guest any more than needed.
SANDBOX = ("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny")

PROGRAM_CODE, PROGRAM_DATA = 0x33, 0x2B  # the selectors of a program of 64 bits

INTERRUPT_FLAG = 1 << 9
DIRECTION_FLAG = 1 << 10
ALIGNMENT_FLAG = 1 << 18
TRAP_FLAG = 1 << 8
NESTED_FLAG = 1 << 14
RESERVED_FLAG = 1 << 1  # always 1

# What a program may have set without being stopped by it: CF PF AF ZF SF OF.
ARITHMETIC_FLAGS = 0x8D5

# The instructions that leave ring 0, and the prefix that makes them SYSRETQ and IRETQ.
SYSRET, IRET, WIDE = bytes.fromhex("0f07"), bytes.fromhex("cf"), bytes.fromhex("48")
LEAVING_SIZE = 3
LONGEST_WAY_BACK = 500  # instructions from a handler to the program

ALL_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Death:
    """How a guest ended that was lost, and what its machine noted: for a post-mortem."""

    outcome: Outcome
    log: Tail
    memory: Memory = field(repr=False)
    standstill: Standstill | None = None  # of one that ran on, and was ended by us


class GuestLostError(Exception):
    """The guest did not come to where it was awaited.

    ``death`` says how it ended instead; None when it runs on, elsewhere.
    """

    def __init__(self, waited_for: str, death: Death | None) -> None:
        super().__init__(waited_for)
        self.waited_for = waited_for
        self.death = death
        self.share = 0.0  # of the check's points, for what was right until then


@dataclass(frozen=True)
class Built:
    """What a submission became: files to boot, and where its names are."""

    kernel: bytes = field(repr=False)
    initrd: bytes = field(repr=False)
    command_line: str
    symbols: Mapping[str, int] = field(repr=False)  # the kernel's
    executable: bytes = field(repr=False)
    program: Mapping[str, int] = field(repr=False)  # its symbols
    vdso: bytes = field(repr=False)
    arguments: tuple[str, ...]
    environment: tuple[str, ...]


@dataclass
class Call:
    """One way through the door: registers before it, in the handler, and behind it."""

    before: Mapping[str, int]
    entered: Mapping[str, int]  # after one step: the first instruction in the kernel is next
    handler: Mapping[str, int] | None = None
    after: Mapping[str, int] | None = None


Preparation = Callable[["Door"], None]
"""What is done to a guest on its way to the door, from its first instruction on."""


@dataclass(frozen=True)
class KernelOwn:
    """The top of its stack, RSP0, and the base that GS has in it."""

    stack: int
    gs_base: int


class Lab:
    """The machine of one submission; started when a check needs it, and anew after a crash."""

    def __init__(
        self, built: Built, machine: Machine, seed: int, prepare: Preparation = lambda door: None
    ) -> None:
        self.built = built
        self._machine = machine
        self._seed = seed % (1 << 32)
        self._prepare = prepare
        self._open = ExitStack()
        self._door: Door | None = None
        self._lost: GuestLostError | None = None
        self.never: dict[str, GuestLostError] = {}  # what judges found that never happens, by name

    def another(self, seed: int | None = None, prepare: Preparation = lambda door: None) -> Lab:
        """The same system on another machine: with other random numbers, or prepared at boot."""
        return Lab(self.built, self._machine, self._seed if seed is None else seed, prepare)

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the machine; the next use starts another."""
        self._door = None
        self._open.close()

    def door(self) -> Door:
        """The guest before its door: the one that runs already, if it is still sound.

        One that did not come there once never will: the machine is deterministic.
        """
        if self._lost is not None:
            raise self._lost
        if self._door is None:
            try:
                self._door = self._open.enter_context(self._start())
            except GuestLostError as error:
                self._lost = error
                self._open.close()
                raise
            except BaseException:
                self._open.close()
                raise
        return self._door

    @contextmanager
    def using_door(self) -> Iterator[Door]:
        """The same; whatever goes wrong in the block ends the machine."""
        try:
            yield self.door()
        except (NoMemoryError, NotMappedError, NotLongError) as error:
            self.stop()
            raise WrongError(
                wrong("memory where the kernel's tables and the call lead", "none is there")
            ) from error
        except BaseException:
            self.stop()
            raise

    @contextmanager
    def _start(self) -> Iterator[Door]:
        with tempfile.TemporaryDirectory(prefix="ring3-lab-") as name:
            folder = Path(name)
            kernel, initrd = folder / "kernel.elf", folder / "initrd.tar"
            kernel.write_bytes(self.built.kernel)
            initrd.write_bytes(self.built.initrd)
            options = Options(
                deterministic=True,
                seed=self._seed,
                timeout=None,
                output_limit=OUTPUT_LIMIT,
                gdb=folder / "gdb",
                monitor=folder / "monitor",
            )
            boot = Boot(kernel, initrd, self.built.command_line)
            with (
                notes_in(folder) as notes,
                Session(self._noting(notes), boot, options) as session,
                attached(session, notes.pump(session.process)) as stub,
            ):
                door = Door(self.built, session, stub, notes)
                self._prepare(door)
                door.come_to_the_door()
                yield door

    def _noting(self, notes: Notes) -> Machine:
        return notes.of(_confined(self._machine), self._machine.memory)


def cpu_seconds(pid: int) -> float:
    """What a process has used of CPUs (proc(5)); 0 when it is gone, or where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # utime and stime, the 14th and 15th of all.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _confined(machine: Machine) -> Machine:
    return replace(machine, arguments=(*machine.arguments, *SANDBOX))


class Door:
    """A guest whose program stands before the instruction that enters the kernel."""

    def __init__(self, built: Built, session: Session, stub: GdbStub, notes: Notes) -> None:
        self._built = built
        self._session = session
        self._notes = notes
        self.stub = stub
        self.at = built.program["door"]
        self.behind = built.program["behind"]
        self.buffer = built.program["buffer"]
        self._code = _file_bytes(built.executable, self.at, self.behind - self.at)
        self.first_stack = 0  # RSP as the program found it
        self.kernel_own = KernelOwn(0, 0)  # as it is before the first call

    def come_to_the_door(self) -> None:
        """Let the machine boot until the program is there, its pages touched."""
        self.run_to(self.at, otherwise="its first program did not start")
        self.first_stack = self.stub.register("rsp")
        if self.stub.register("cs") != PROGRAM_CODE:
            raise GuestLostError("its first program did not start in ring 3", None)
        self.check_code()
        with self.inspected() as guest:
            gs_base = guest.cpu.msrs["KERNEL_GS_BASE"]
            self.kernel_own = KernelOwn(guest.task_state().rsp[0], gs_base)

    def check_code(self) -> None:
        """The program is the check's, and not what a kernel made of it."""
        if self.stub.memory(self.at, len(self._code)) != self._code:
            raise GuestLostError("the kernel changed the program's code in its memory", None)

    def symbol(self, name: str) -> int:
        """An address in the kernel."""
        return _address(self._built.symbols, name)

    def program(self, name: str) -> int:
        """An address in the program."""
        return _address(self._built.program, name)

    @property
    def vdso(self) -> bytes:
        """The shared object in the kernel."""
        return self._built.vdso

    def handler(self, table: str, number: int) -> int:
        """The handler of a call, in the kernel's own table, which no student writes."""
        return self.stub.word(self.symbol(table) + 8 * number)

    @contextmanager
    def inspected(self) -> Iterator[Guest]:
        """The machine's registers, tables and memory, where it stands."""
        with inspect(self._session) as guest:
            yield guest

    def run_to(self, *addresses: int, otherwise: str) -> int:
        """Let it run to one of ``addresses``; raises GuestLostError with ``otherwise``."""
        with self._explained(otherwise):
            return self.stub.run_to(*addresses, enough=self._limit())

    def _limit(self) -> Callable[[], bool]:
        """Says whether the guest has had, from now on, all that it may use."""
        pid = self._session.process.pid
        begun = looked = time.monotonic()
        used = cpu_seconds(pid)

        def enough() -> bool:
            nonlocal looked
            now = time.monotonic()
            if now - looked > LOOK_INTERVAL:
                looked = now
                if self._sleeps_for_ever():
                    return True
            return cpu_seconds(pid) - used > CPU_LIMIT or now - begun > WALL_LIMIT

        return enough

    def _sleeps_for_ever(self) -> bool:
        """In HLT with interrupts off."""
        found = self._standstill()
        state = None if found is None else found.state
        return state is not None and state.halted and not state.general["rflags"] & INTERRUPT_FLAG

    def step(self) -> int:
        """One instruction; returns RIP."""
        with self._explained("an instruction never ended"):
            return self.stub.step(self._limit())

    @contextmanager
    def _explained(self, otherwise: str) -> Iterator[None]:
        try:
            yield
        except GuestGoneError:
            raise GuestLostError(otherwise, self._death(self._session.wait(WALL_LIMIT))) from None
        except NotReachedError:
            raise GuestLostError(otherwise, self._killed()) from None

    def _killed(self) -> Death:
        """End one that runs on, with a last look at where it is."""
        hung = self._standstill()
        return self._death(self._session.close(), hung)

    def _standstill(self) -> Standstill | None:
        process = self._session.process
        assert process.options.monitor is not None
        return standstill(process.options.monitor, self._notes.pump(process))

    def _death(self, outcome: Outcome, hung: Standstill | None = None) -> Death:
        self._notes.drain()
        return Death(outcome, self._notes.tail, self._notes.memory(), hung)

    def enter(self, registers: Mapping[str, int]) -> Call:
        """Go through the door with these registers, and stand before what is behind it."""
        self.check_code()
        self.stub.set_registers({"rip": self.at, **registers})
        before = self.stub.registers()
        self.step()
        return Call(before, self.stub.registers())

    def go_to_handler(self, call: Call, address: int, name: str) -> Mapping[str, int]:
        """Let the call come to its handler."""
        otherwise = f"the call did not come to its handler, {name}"
        if self.run_to(address, self.behind, otherwise=otherwise) != address:
            raise GuestLostError(f"{otherwise}, but back to the program", None)
        call.handler = self.stub.registers()
        return call.handler

    def go_past_handler(self, call: Call) -> None:
        """Let the handler return to the code that called it."""
        self.run_to(self.stub.word(self.stub.register("rsp")), otherwise="the handler did not end")

    def come_back(self, call: Call) -> Mapping[str, int]:
        """Let the call come back to the program."""
        self.run_to(self.behind, otherwise="the call did not come back to the program")
        call.after = self.stub.registers()
        return call.after

    def follow(self, way: list[int] | None = None) -> dict[str, int]:
        """Step to the instruction that leaves ring 0: the registers that the program would have.

        ``by_sysret`` says which one it is; ``frame`` is RSP before it, from
        which IRET takes five words.  The forms of 32 bits count as those of 64
        here, and have ``wide`` = 0.  ``way`` gets RSP after every step.
        """
        stub = self.stub
        for _ in range(LONGEST_WAY_BACK):
            code = stub.memory(stub.register("rip"), LEAVING_SIZE) or b""  # a fault is next
            wide, code = code.startswith(WIDE), code.removeprefix(WIDE)
            if code.startswith((SYSRET, IRET)):
                break
            self.step()
            if way is not None:
                way.append(stub.register("rsp"))
        else:
            self.give_up("the call did not come back to the program")
        at = stub.registers()
        frame = at["rsp"]
        if code.startswith(SYSRET):
            leaving = {"rip": at["rcx"], "rflags": at["r11"], "by_sysret": 1}
        else:
            names = ("rip", "cs", "rflags", "rsp", "ss")
            words = (stub.word(frame + 8 * slot) for slot in range(len(names)))
            leaving = dict(zip(names, words, strict=True)) | {"by_sysret": 0}
        return at | leaving | {"frame": frame, "wide": int(wide)}

    def call(self, registers: Mapping[str, int]) -> Call:
        """Through the door and back."""
        call = self.enter(registers)
        self.come_back(call)
        return call

    def give_up(self, waited_for: str) -> NoReturn:
        """See how it ends, if it does, and raise GuestLostError."""
        raise GuestLostError(waited_for, self._death(self.end()))

    def console(self) -> bytes:
        """What programs have written so far."""
        return bytes(self._session.console)

    def end(self) -> Outcome:
        """Let the guest run on by itself, to its end."""
        with contextlib.suppress(GuestGoneError):
            self.stub.let_go()
        enough, process = self._limit(), self._session.process
        pump = self._notes.pump(process)
        while not process.ended and not enough():
            pump(time.monotonic() + ASK_INTERVAL)
        return self._session.close()


def _address(symbols: Mapping[str, int], name: str) -> int:
    """Raises WrongError when the student's source has no such label."""
    if name not in symbols:
        raise WrongError(wrong(f"a global label `{name}`", "there is none"))
    return symbols[name]


def _file_bytes(executable: bytes, address: int, size: int) -> bytes:
    """What an ELF file has for an address."""
    for segment in ELFFile(io.BytesIO(executable)).iter_segments("PT_LOAD"):
        offset = address - segment["p_vaddr"]
        if 0 <= offset < segment["p_filesz"]:
            return bytes(segment.data()[offset : offset + size])
    raise ValueError(f"the program has nothing at {address:#x}")


def calls_in(table: str) -> int:
    """How many rows a table of calls has: ``syscall_table_64`` or ``syscall_table_32``."""
    constants = generated_sources(Workspace())[CONSTANTS]
    found = re.search(rf"{table.upper()}_COUNT, (\d+)", constants)
    assert found is not None
    return int(found[1])


def drawn_registers(draw: random.Random, *, but: Mapping[str, int]) -> dict[str, int]:
    """Every general register but RSP at random, except for those that are given."""
    registers = {name: draw.getrandbits(64) for name in GENERAL if name != "rsp"}
    return {**registers, **but}


def drawn_flags(draw: random.Random) -> int:
    """RFLAGS of a program, with arithmetic flags at random."""
    return draw.getrandbits(12) & ARITHMETIC_FLAGS | INTERRUPT_FLAG | RESERVED_FLAG


def signed(value: int) -> str:
    """A result for people: an error or a small number in decimal, the rest in hexadecimal."""
    number = value - (1 << 64) if value >> 63 else value
    return str(number) if abs(number) < 1 << 20 else f"{value:#x}"


def what_happened(error: GuestLostError) -> str:
    """What the guest did instead, in words."""
    if error.death is None:
        return error.waited_for
    return f"{error.waited_for}: {ending(error.death.outcome)}"


def ending(outcome: Outcome) -> str:
    """How a machine ended that should have done something else."""
    if outcome.kind is OutcomeKind.INTERRUPTED:
        return "the machine ran on and never came there"
    return outcome.explanation
