"""The system calls, from one table to everything that is made from it.

    syscall/syscalls.tbl ── parse ──> SystemCall, one a row
                                          │ generate
              ┌───────────────────────────┴───────────────────────────┐
    generated/syscalls.inc                            generated/syscall_tables.s
    SYS_write, SYS32_write, the counts                syscall_table_64, syscall_table_32

A row of the table, its columns separated by blanks, ``#`` begins a comment:

    # x86-64  i386  name           handler            argument:type ...
      1       4     write          sys_write          fd:fd buf:in,count count:size
      228     -     clock_gettime  sys_clock_gettime  clock:clockid tp:out

``-`` says that no number of that door leads to the row.  The types say what an
argument means to a reader of a trace; ``in``, ``out``, ``inout`` and ``iovec``
may name the argument that holds their length (``in,count``).  A last word
``=address`` or ``=never`` says what the call returns, where that is no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ring3.diagnostic import Diagnostic, Location, SourceError, nearest
from ring3.tables import CONSTANTS, DISPATCH_TABLES, TABLE

NOT_IMPLEMENTED = "sys_not_implemented"

ARGUMENT_TYPES = {
    "int": "a signed 32-bit number",
    "uint": "an unsigned 32-bit number",
    "long": "a signed number of the register's width",
    "ulong": "an unsigned number of the register's width",
    "size": "a number of bytes or elements",
    "offset": "a position in a file",
    "fd": "a file descriptor",
    "pid": "a process",
    "uid": "a user or a group",
    "mode": "file permissions, in octal",
    "flags": "a set of bits, in hexadecimal",
    "signal": "a signal's number",
    "clockid": "a clock",
    "status": "an exit status",
    "address": "an address that the kernel does not follow",
    "string": "the address of text that ends with a NUL byte",
    "in": "the address of memory that the kernel reads",
    "out": "the address of memory that the kernel writes",
    "inout": "the address of memory that the kernel reads, then writes",
    "iovec": "the address of an array of struct iovec",
    "strings": "the address of a vector of texts",
    "variables": "the address of a vector of texts that are many",
    "timespec": "the address of a struct timespec that the kernel reads",
    "out_timespec": "the address of a struct timespec that the kernel writes",
    "out_timespec32": "the same with numbers of 32 bits, the i386's",
    "out_timeval": "the address of a struct timeval that the kernel writes",
    "out_timeval32": "the same with numbers of 32 bits, the i386's",
    "out_stat": "the address of a struct stat of x86-64 that the kernel writes",
    "out_names": "the address of a struct new_utsname that the kernel writes",
    "out_limit": "the address of a struct rlimit64 that the kernel writes",
    "limit": "the address of a struct rlimit64 that the kernel reads",
    "arch_prctl": "what arch_prctl is to do",
    "whence": "from where lseek counts",
    "ioctl": "what ioctl is to do",
    "resource": "what prlimit limits",
    "prot": "rights of memory",
    "map": "flags of mmap",
    "open": "flags of open",
    "at": "flags of the calls whose names end in -at",
    "grnd": "flags of getrandom",
}
RESULT_TYPES = {
    "long": "a number",
    "address": "an address",
    "never": "the call does not return",
}
TYPES_WITH_LENGTH = frozenset({"in", "out", "inout", "iovec"})
LAST_NUMBER = 1023
MOST_ARGUMENTS = 6


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; ``length`` is the name of the argument that holds its size."""

    name: str
    type: str
    length: str | None = None


@dataclass(frozen=True, slots=True)
class SystemCall:
    """A row: the numbers of SYSCALL and of INT 0x80 (None: not there), and what serves them."""

    number_64: int | None
    number_32: int | None
    name: str
    handler: str
    arguments: tuple[Argument, ...]
    location: Location
    result: str = "long"


def generate(text: str, file: str = TABLE) -> dict[str, str]:
    """The generated sources, by their names in the source tree.

    Raises SourceError with everything that is wrong with the table; ``file``
    names the table in it.
    """
    calls = parse(text, file)
    return {CONSTANTS: constants(calls), DISPATCH_TABLES: dispatch_tables(calls)}


def parse(text: str, file: str = TABLE) -> tuple[SystemCall, ...]:
    """The rows of the table, in its order.  Raises SourceError with all diagnostics."""
    diagnostics: list[Diagnostic] = []
    calls: list[SystemCall] = []
    for number, line in enumerate(text.splitlines(), 1):
        row = _Row(file, number, line)
        if row.words and (call := row.parse()) is not None:
            calls.append(call)
        diagnostics += row.diagnostics
    diagnostics += _repetitions(calls)
    if diagnostics:
        raise SourceError(diagnostics)
    return tuple(calls)


def constants(calls: Sequence[SystemCall]) -> str:
    """``.set`` lines for the numbers of both doors and for the tables' sizes."""
    lines = [_STAMP, "# The numbers of SYSCALL (x86-64).\n"]
    lines += [f".set SYS_{name}, {number}\n" for number, name, _ in _entries(calls, _NUMBER_64)]
    lines += ["\n# The numbers of INT 0x80 (i386).\n"]
    lines += [f".set SYS32_{name}, {number}\n" for number, name, _ in _entries(calls, _NUMBER_32)]
    lines += [
        "\n# One more than the highest number of each door.\n",
        f".set SYSCALL_TABLE_64_COUNT, {_count(calls, _NUMBER_64)}\n",
        f".set SYSCALL_TABLE_32_COUNT, {_count(calls, _NUMBER_32)}\n",
    ]
    return "".join(lines)


def dispatch_tables(calls: Sequence[SystemCall]) -> str:
    """Both arrays of handlers, indexed by number; what is not there is refused by one handler."""
    return (
        f"{_STAMP}.intel_syntax noprefix\n\n.section .rodata\n"
        + _dispatch_table("syscall_table_64", _entries(calls, _NUMBER_64))
        + _dispatch_table("syscall_table_32", _entries(calls, _NUMBER_32))
    )


def absent_calls(calls: Sequence[SystemCall], left_out: Iterable[str]) -> str:
    """What stands in for the handlers that the sources ``left_out`` define: -ENOSYS.

    Each is weak: where the rest of the kernel has a simpler one, that one serves.  A handler
    that no source defines stays undefined, and an error.
    """
    names = {name for text in left_out for name in _names_made_global(text)}
    absent = sorted({call.handler for call in calls} & names)
    return (
        f"{_STAMP}.intel_syntax noprefix\n\n.text\n"
        + "".join(f".weak {name}\n{name}:\n" for name in absent)
        + f"    jmp {NOT_IMPLEMENTED}\n"
    )


def _names_made_global(text: str) -> Iterable[str]:
    for line in re.findall(r"^\s*\.global\s+([^#\n]+)", text, re.MULTILINE):
        yield from (name.strip() for name in line.split(","))


_STAMP = f"# Generated by ring3.tables.system_calls from {TABLE}; edit that file instead.\n\n"

_Number = Callable[[SystemCall], int | None]
_NUMBER_64: _Number = attrgetter("number_64")
_NUMBER_32: _Number = attrgetter("number_32")


def _entries(calls: Iterable[SystemCall], number: _Number) -> list[tuple[int, str, str]]:
    """(number, name, handler) of the calls behind one door, sorted by number."""
    numbered = ((number(call), call) for call in calls)
    return sorted((n, call.name, call.handler) for n, call in numbered if n is not None)


def _count(calls: Sequence[SystemCall], number: _Number) -> int:
    return max((n + 1 for n, _, _ in _entries(calls, number)), default=0)


def _dispatch_table(label: str, entries: Iterable[tuple[int, str, str]]) -> str:
    lines = [
        "\n.balign 8\n",
        f".global {label}\n",
        f".type {label}, @object\n",
        f"{label}:\n",
    ]
    expected = 0
    for number, name, handler in entries:
        if number > expected:
            lines += [
                f"    .rept {number - expected}\n",
                f"    .quad {NOT_IMPLEMENTED}\n",
                "    .endr\n",
            ]
        lines.append(f"    .quad {handler:<32}# {number} {name}\n")
        expected = number + 1
    return "".join([*lines, f".size {label}, . - {label}\n"])


_COLUMNS = ("x86-64 number", "i386 number", "name", "handler")
_SHAPE = "a row is: x86-64-number i386-number name handler argument:type ..."
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    location: Location


class _Row:
    """One line of the table while it is read: its words, and what is wrong with them."""

    def __init__(self, file: str, number: int, line: str) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.words = [
            _Word(match[0], Location(file, number, match.start() + 1, match.end() + 1, line))
            for match in re.finditer(r"\S+", line.partition("#")[0])
        ]

    def parse(self) -> SystemCall | None:
        """The call, or None when the row has an error."""
        if len(self.words) < len(_COLUMNS):
            missing = _COLUMNS[len(self.words)]
            self._error("missing-column", f"the {missing} is missing", self.words[-1], _SHAPE)
            return None
        number_64, number_32 = self._number(self.words[0]), self._number(self.words[1])
        if self.words[0].text == "-" == self.words[1].text:
            self._error(
                "unreachable-system-call",
                f"no door leads to `{self.words[2].text}`",
                self.words[0],
                "give it an x86-64 number, an i386 number, or both",
            )
        name, handler = self._identifier(self.words[2]), self._identifier(self.words[3])
        result = self._result()
        arguments = self._arguments(self.words[4:])
        if self.diagnostics:
            return None
        location = self.words[0].location
        return SystemCall(number_64, number_32, name, handler, arguments, location, result)

    def _result(self) -> str:
        """What the last word says after `=`, which it takes from the words."""
        if not self.words[-1].text.startswith("="):
            return "long"
        word = self.words.pop()
        result = word.text[1:]
        if result not in RESULT_TYPES:
            known = ", ".join(f"={name}" for name in RESULT_TYPES)
            self._error("unknown-result", f"unknown result `{word.text}`", word, f"known: {known}")
        return result

    def _number(self, word: _Word) -> int | None:
        if word.text == "-":
            return None
        if not re.fullmatch(r"0|[1-9][0-9]*", word.text):
            self._error(
                "bad-system-call-number",
                f"`{word.text}` is not a system call number",
                word,
                "write a decimal number, or `-` where the door does not lead to this call",
            )
            return None
        if len(word.text) > 4 or int(word.text) > LAST_NUMBER:
            self._error(
                "bad-system-call-number",
                f"system call number {word.text} is above {LAST_NUMBER}",
                word,
                "the dispatch tables have an entry for every number up to the highest",
            )
            return None
        return int(word.text)

    def _identifier(self, word: _Word) -> str:
        if not _IDENTIFIER.fullmatch(word.text):
            self._error(
                "bad-name",
                f"`{word.text}` is not a name",
                word,
                f"a name has letters, digits and underscores; {_SHAPE}",
            )
        return word.text

    def _arguments(self, words: Sequence[_Word]) -> tuple[Argument, ...]:
        if len(words) > MOST_ARGUMENTS:
            self._error(
                "too-many-arguments",
                f"a system call has at most {MOST_ARGUMENTS} arguments",
                words[MOST_ARGUMENTS],
            )
        arguments = [self._argument(word) for word in words]
        names = [argument.name for argument in arguments]
        for position, (word, argument) in enumerate(zip(words, arguments, strict=True)):
            if argument.name in names[:position]:
                self._error("duplicate-argument", f"argument `{argument.name}` appears twice", word)
            if argument.length is not None and argument.length not in names:
                self._error(
                    "unknown-length",
                    f"`{argument.length}` is not an argument of this call",
                    word,
                    "what follows the comma names the argument that holds the length",
                )
        return tuple(arguments)

    def _argument(self, word: _Word) -> Argument:
        name, colon, described = word.text.partition(":")
        type_, comma, length = described.partition(",")
        if not colon or not _IDENTIFIER.fullmatch(name) or (comma and not length):
            self._error(
                "bad-argument",
                f"`{word.text}` is not of the form name:type or name:type,length",
                word,
            )
        elif type_ not in ARGUMENT_TYPES:
            near = nearest(type_, ARGUMENT_TYPES)
            known = ", ".join(sorted(ARGUMENT_TYPES))
            self._error(
                "unknown-argument-type",
                f"unknown argument type `{type_}`",
                word,
                f"did you mean `{near}`?" if near else f"the types are {known}",
            )
        elif comma and type_ not in TYPES_WITH_LENGTH:
            known = ", ".join(sorted(TYPES_WITH_LENGTH))
            self._error("bad-argument", f"`{type_}` has no length; only {known} have", word)
        return Argument(name, type_, length or None)

    def _error(self, code: str, message: str, word: _Word, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, word.location, help))


def _repetitions(calls: Iterable[SystemCall]) -> list[Diagnostic]:
    """A diagnostic for each number or name that one door has twice."""
    first: dict[tuple[str, int | str], SystemCall] = {}
    diagnostics = []
    for call in calls:
        for door, number in (("x86-64", call.number_64), ("i386", call.number_32)):
            if number is None:
                continue
            for key, what in ((number, f"{door} number {number}"), (call.name, f"{door} call")):
                other = first.setdefault((door, key), call)
                if other is not call:
                    diagnostics.append(
                        Diagnostic(
                            "duplicate-system-call",
                            f"{what} is both `{other.name}` and `{call.name}`"
                            if isinstance(key, int)
                            else f"the {what} `{call.name}` has two rows",
                            call.location,
                            f"the other one is at {other.location}",
                        )
                    )
    return diagnostics
