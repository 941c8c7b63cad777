"""Random sources within the dialect: what layout, relaxation and relocation must agree on.

    seed ─ Random ─ SourceMaker ─> text that GNU as takes

Every text is well-formed, so that a refusal by either assembler is a finding.
Distances are chosen around what a short branch reaches.
"""

from __future__ import annotations

from random import Random

_CONDITIONS = ("e", "ne", "l", "ge", "b", "a", "s", "no")
_CODE_SECTIONS = (".text", '.section .text.cold, "ax"', '.section .init.text, "ax", @progbits')
_DATA_SECTIONS = (".data", ".section .rodata", '.section .percpu, "aw"')
_ALIGNMENTS = (2, 4, 8, 16, 32, 64)


class SourceMaker:
    """Makes one source; the same seed makes the same source."""

    def __init__(self, seed: int, mode: int = 64) -> None:
        self.random = Random(seed)
        self.mode = mode
        self.labels = [f"label_{number}" for number in range(self.random.randint(2, 30))]
        self.lines: list[str] = []

    def branches(self, statements: int) -> str:
        """Code full of branches, gaps and alignments in one section."""
        self.lines = [f".code{self.mode}"]
        places = {self.random.randrange(statements): label for label in self.labels}
        defined = set(places.values())
        self.labels = sorted(defined)
        for number in range(statements):
            if number in places:
                self.lines.append(f"{places[number]}:")
            if self.random.random() < 0.1:
                self.lines.append("7:")
            self.lines.append(self._code())
        self.lines.append("7:")
        return self._text()

    def sections(self, statements: int) -> str:
        """Code and data in several sections, global, weak and undefined symbols."""
        self.lines = ["nop", f".code{self.mode}"]  # code of another mode in a 64-bit object
        names = list(self.labels)
        for label in names:
            kind = self.random.random()
            if kind < 0.25:
                self.lines.append(f".global {label}")
            elif kind < 0.35:
                self.lines.append(f".weak {label}")
        self.labels = [*names, "elsewhere", "elsewhere_too"]
        undefined = list(names)
        in_code = True
        for _ in range(statements):
            if self.random.random() < 0.1:
                in_code = self.random.random() < 0.6
                choices = _CODE_SECTIONS if in_code else _DATA_SECTIONS
                self.lines.append(self.random.choice(choices))
            if undefined and self.random.random() < 0.3:
                self.lines.append(f"{undefined.pop()}:")
            self.lines.append(self._code() if in_code else self._data())
        self.lines += [f"{label}: .byte 0" for label in undefined]
        self.lines.append("7:")
        return self._text()

    def _text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def _label(self) -> str:
        return self.random.choice(self.labels)

    def _target(self) -> str:
        kind = self.random.random()
        if kind < 0.1:
            return "7f"
        if kind < 0.2:
            return f"{self._label()} {self.random.choice('+-')} {self.random.randint(0, 140)}"
        if kind < 0.25:
            return f". + {self.random.randint(-130, 130)}"
        return self._label()

    def _code(self) -> str:
        kind = self.random.random()
        if kind < 0.35:
            return f"    jmp {self._target()}"
        if kind < 0.6:
            return f"    j{self.random.choice(_CONDITIONS)} {self._target()}"
        if kind < 0.65:
            return f"    call {self._target()}"
        if kind < 0.75:
            return f"    .skip {self.random.choice((1, 3, 20, 60, 100, 120, 125, 126, 127, 128))}"
        if kind < 0.85:
            return self._alignment()
        return self._instruction()

    def _alignment(self) -> str:
        boundary = self.random.choice(_ALIGNMENTS)
        kind = self.random.random()
        if kind < 0.2:
            return f"    .balign {boundary}, {self.random.choice((0, 0x90, 0xCC))}"
        if kind < 0.4:
            return f"    .balign {boundary}, , {self.random.randint(1, boundary)}"
        if kind < 0.6:
            return f"    .p2align {boundary.bit_length() - 1}"
        return f"    .balign {boundary}"

    def _instruction(self) -> str:
        label = self._label()
        if self.mode != 64:
            return self.random.choice(("    nop", "    push ax", "    int 0x80"))
        return self.random.choice(
            (
                "    nop",
                "    push r12",
                f"    lea rax, [rip + {label}]",
                f"    mov ecx, dword ptr [rip + {label} + 8]",
                f"    cmp dword ptr [rip + {label}], 5",
                f"    mov rdx, offset {label}",
                f"    mov edx, offset {label} + 4",
                f"    mov rsi, qword ptr [rbx + {label}]",
                f"    mov edi, dword ptr [{label}]",
                f"    movabs r8, offset {label}",
            )
        )

    def _data(self) -> str:
        size = self.random.choice((".quad", ".long"))
        kind = self.random.random()
        if kind < 0.3:
            return f"    {size} {self._label()}"
        if kind < 0.5:
            return f"    {size} {self._label()} - ."
        if kind < 0.6:
            return f"    {size} {self._label()} + {self.random.randint(-9, 9)}, 7, ."
        if kind < 0.7:
            return self._alignment()
        if kind < 0.8:
            return f'    .ascii "{"x" * self.random.randint(0, 9)}"'
        return f"    .byte {self.random.randint(-128, 255)}, 1 + 2 * 3"
