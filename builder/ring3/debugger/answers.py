"""What gdb's `ring3` commands answer, as text: the guest, looked at from outside.

idt gdt tss pages msrs   the CPU's tables and registers, decoded   (ring3.x86)
auxv                     what the program was given
frame                    what a door put on the kernel's stack
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ring3.debugger.frames import Frame, draw, find_frame
from ring3.debugger.names import Names
from ring3.diagnostic import Ring3Error
from ring3.machine.inspect import Guest
from ring3.x86 import paging
from ring3.x86.registers import CR0, CR4, EFER, bits_set, decode_star, describe_rflags

KERNEL_HALF = 1 << 63
STACK_AT_MOST = 1 << 16  # bytes: farther below a stack's top RSP is not on that stack

NO_PROGRAM = "no program has been entered yet: its registers and stack are still to be made"


@dataclass(frozen=True)
class Entered:
    """The program that the kernel entered last: its first RSP, and the bytes of its words."""

    stack: int
    word_size: int


@dataclass
class Answers:
    """Everything that an answer is made of, beside the guest."""

    names: Names
    frames: Mapping[str, Frame]
    entered: Entered | None = None
    _commands: Mapping[str, Callable[[Guest, Sequence[int]], list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self._commands = {
            "idt": self._idt,
            "gdt": self._gdt,
            "tss": self._tss,
            "pages": self._pages,
            "msrs": self._msrs,
            "auxv": self._auxv,
            "frame": self._frame,
        }

    def answer(self, guest: Guest, command: str, numbers: Sequence[int]) -> str:
        """The text.  Raises Ring3Error for what cannot be told now."""
        try:
            return "\n".join(self._commands[command](guest, numbers))
        except paging.NotMappedError as error:
            raise Ring3Error(str(error)) from error

    def _idt(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        register = guest.cpu.segments["idt"]
        gates = guest.idt()
        if numbers:
            if not 0 <= numbers[0] < len(gates):
                raise Ring3Error(f"vector {numbers[0]:#x} is beyond the IDT's {len(gates)} gates")
            return [gates[numbers[0]].describe(self.names)]
        present = [gate for gate in gates if gate.present]
        return [
            f"IDT at {self.names(register.base)}, limit {register.limit:#x}:"
            f" {len(gates)} gates, {len(present)} present",
            *(gate.describe(self.names) for gate in present),
        ]

    def _gdt(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        del numbers
        segments = guest.cpu.segments
        loaded = {
            name: register.selector
            for name, register in segments.items()
            if name not in ("gdt", "idt")
        }
        lines = [f"GDT at {self.names(segments['gdt'].base)}, limit {segments['gdt'].limit:#x}"]
        for segment in guest.gdt():
            users = [
                name.upper()
                for name, selector in loaded.items()
                if selector and selector & ~7 == segment.selector
            ]
            lines.append(
                segment.describe(self.names) + (f"  <- {', '.join(users)}" if users else "")
            )
        return lines

    def _tss(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        del numbers
        register = guest.cpu.segments["tr"]
        if not register.selector:
            raise Ring3Error("TR is not loaded yet: there is no TSS")
        head = f"TSS at {self.names(register.base)}, selector {register.selector:#x}"
        return [head, *guest.task_state().describe()]

    def _pages(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        if not numbers:
            head = f"CR3 {guest.cpu.control['cr3']:#x}: virtual -> physical, size, rights"
            return [head, *map(str, paging.merged(guest.mappings()))]
        translation = guest.translate(numbers[0])
        lines = [f"{self.names(numbers[0])}, from CR3 {guest.cpu.control['cr3']:#x}:"]
        lines += [str(step) for step in translation.steps]
        if not translation.steps:
            lines.append("not canonical: bits 63 to 47 differ, so no walk begins")
        elif translation.mapping is None:
            lines.append("not mapped: an access is a #PF")
        else:
            lines.append(f"physical {translation.physical:#x}, {translation.mapping.rights}")
        return lines

    def _msrs(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        del numbers
        cpu = guest.cpu
        meanings = {
            "EFER": bits_set(cpu.msrs["EFER"], EFER),
            "STAR": _star(cpu.msrs["STAR"]),
            "LSTAR": self._place(cpu.msrs["LSTAR"]) + " where SYSCALL goes from 64-bit code",
            "CSTAR": self._place(cpu.msrs["CSTAR"]) + " where it goes from 32-bit code (AMD)",
            "SFMASK": f"SYSCALL clears {describe_rflags(cpu.msrs['SFMASK'])}",
            "KERNEL_GS_BASE": "what SWAPGS exchanges with GS_BASE",
            "GS_BASE": "the kernel's" if cpu.msrs["GS_BASE"] >= KERNEL_HALF else "the program's",
            "SYSENTER_CS": "" if cpu.msrs["SYSENTER_CS"] else "SYSENTER is closed: #GP",
            "SYSENTER_EIP": self._place(cpu.msrs["SYSENTER_EIP"]),
        }
        lines = [
            f"{name:<15} {value:#018x}  {meanings.get(name, '').strip()}".rstrip()
            for name, value in cpu.msrs.items()
        ]
        lines += [
            f"CR0             {cpu.control['cr0']:#018x}  {bits_set(cpu.control['cr0'], CR0)}",
            f"CR4             {cpu.control['cr4']:#018x}  {bits_set(cpu.control['cr4'], CR4)}",
        ]
        return [*lines, "(out of the CPU state that QEMU would migrate)"]

    def _place(self, address: int) -> str:
        return self.names(address).partition(" ")[2]

    def _auxv(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        del numbers
        if self.entered is None:
            raise Ring3Error(NO_PROGRAM)
        stack = guest.initial_stack(self.entered.stack, word_size=self.entered.word_size)
        shown = [text.decode(errors="backslashreplace") for text in stack.arguments]
        return [f"the first RSP was {stack.address:#x}, argv {shown}", *map(str, stack.auxiliary)]

    def _frame(self, guest: Guest, numbers: Sequence[int]) -> list[str]:
        del numbers
        cpu = guest.cpu
        if cpu.ring == 3:
            raise Ring3Error("the program runs: there is no frame on the kernel's stack")
        if not cpu.segments["tr"].selector:
            raise Ring3Error("TR is not loaded yet: there is no kernel stack to look at")
        task, rsp = guest.task_state(), cpu.registers["rsp"]
        # The first top at or above RSP is the stack's; but behind SYSCALL RSP is still the
        # program's, and will be RSP0.
        top = min((top for top in (task.rsp[0], *task.ist) if top >= rsp), default=0)
        on_stack = top - rsp <= STACK_AT_MOST
        stack = range(rsp, top) if on_stack else range(task.rsp[0], task.rsp[0])

        def read_word(address: int) -> int:
            return int.from_bytes(guest.virtual(address, 8), "little")

        found = find_frame(self.frames, read_word, stack, cpu.registers["rip"], self.names)
        if found is None:
            raise Ring3Error(
                "no door's frame was found on the kernel's stack",
                help="stop in a door (break syscall_entry), or in what it calls",
            )
        return [*draw(*found, read_word, stack.start, self.names), f"RSP is {rsp:#x}"]


def _star(value: int) -> str:
    star = decode_star(value)
    return (
        f"SYSCALL: CS {star.syscall_cs:#x} SS {star.syscall_ss:#x};"
        f" SYSRET: CS {star.sysret_cs64:#x} (32-bit: {star.sysret_cs32:#x}) SS {star.sysret_ss:#x}"
    )
