"""The initial stack of a program (psABI x86-64 3.4.1): arguments, environment, auxiliary vector.

    RSP ──> argc, argv…, NULL, envp…, NULL, (type, value)…, AT_NULL

Memory is read by a function ``read(address, size) -> bytes`` of the program's
addresses.  A word has 8 bytes, in an i386 program 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ring3.x86.paging import NotMappedError

AT_NULL, AT_PHDR, AT_BASE, AT_ENTRY, AT_RANDOM, AT_EXECFN = 0, 3, 7, 9, 25, 31
AT_PLATFORM, AT_SYSINFO, AT_SYSINFO_EHDR = 15, 32, 33

NAMES = {
    0: "AT_NULL", 1: "AT_IGNORE", 2: "AT_EXECFD", 3: "AT_PHDR", 4: "AT_PHENT", 5: "AT_PHNUM",
    6: "AT_PAGESZ", 7: "AT_BASE", 8: "AT_FLAGS", 9: "AT_ENTRY", 10: "AT_NOTELF", 11: "AT_UID",
    12: "AT_EUID", 13: "AT_GID", 14: "AT_EGID", 15: "AT_PLATFORM", 16: "AT_HWCAP",
    17: "AT_CLKTCK", 23: "AT_SECURE", 24: "AT_BASE_PLATFORM", 25: "AT_RANDOM", 26: "AT_HWCAP2",
    27: "AT_RSEQ_FEATURE_SIZE", 28: "AT_RSEQ_ALIGN", 31: "AT_EXECFN", 32: "AT_SYSINFO",
    33: "AT_SYSINFO_EHDR", 51: "AT_MINSIGSTKSZ",
}  # fmt: skip

MEANINGS = {
    "AT_PHDR": "the program headers, in memory",
    "AT_PHENT": "bytes of a program header",
    "AT_PHNUM": "how many there are",
    "AT_PAGESZ": "bytes of a page",
    "AT_BASE": "where the interpreter was loaded; 0: there is none",
    "AT_ENTRY": "the program's entry",
    "AT_CLKTCK": "ticks a second of times()",
    "AT_HWCAP": "CPUID leaf 1, EDX",
    "AT_SECURE": "not 0: set-user-ID",
    "AT_RANDOM": "16 random bytes",
    "AT_EXECFN": "the path of the program",
    "AT_PLATFORM": "the kind of CPU",
    "AT_SYSINFO": "__kernel_vsyscall",
    "AT_SYSINFO_EHDR": "the vDSO's ELF header",
    "AT_MINSIGSTKSZ": "bytes that a signal's frame can take",
}

_TEXTS = frozenset({AT_EXECFN, AT_PLATFORM})
_NUMBERS = frozenset({4, 5, 6, 11, 12, 13, 14, 17, 23, 27, 28, 51})  # those read in decimal
_WORDS_LIMIT = 1 << 16
_TEXT_LIMIT = 1 << 17  # MAX_ARG_STRLEN of Linux
_CHUNK = 64

Read = Callable[[int, int], bytes]


class BadStackError(Exception):
    """What lies there is no initial stack; the message says why."""


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """One pair.  ``shown`` is the text or the bytes that the value points to, where it does."""

    type: int
    value: int
    shown: str = ""

    @property
    def name(self) -> str:
        return NAMES.get(self.type, f"type {self.type}")

    def __str__(self) -> str:
        value = f"{self.value}" if self.type in _NUMBERS else f"{self.value:#x}"
        extra = self.shown or MEANINGS.get(self.name, "")
        return f"{self.name:<16} {value:<18} {extra}".rstrip()


@dataclass(frozen=True, slots=True)
class InitialStack:
    """What a program finds.  ``auxiliary`` is without AT_NULL; ``end`` is the address behind."""

    address: int
    arguments: tuple[bytes, ...]
    environment: tuple[bytes, ...]
    auxiliary: tuple[Auxiliary, ...]
    end: int

    def value(self, type: int) -> int | None:
        """Of the first pair with that type."""
        return next((pair.value for pair in self.auxiliary if pair.type == type), None)


def read_initial_stack(read: Read, address: int, *, word_size: int = 8) -> InitialStack:
    """Decode what begins at ``address``, a program's first RSP.

    Raises BadStackError where a list does not end, and whatever ``read`` does
    for memory that is not there, but for what a pair points to.
    """
    words = _words(read, address, word_size)
    count = next(words)
    arguments = _until_zero(words, "argv")
    if len(arguments) != count:
        raise BadStackError(f"argc is {count}, but {len(arguments)} arguments come before the NULL")
    environment = _until_zero(words, "the environment")
    pairs: list[Auxiliary] = []
    while (type := next(words)) != AT_NULL:
        pairs.append(_pair(read, type, next(words)))
    next(words)
    length = 1 + len(arguments) + 1 + len(environment) + 1 + 2 * len(pairs) + 2
    return InitialStack(
        address,
        tuple(_text(read, place) for place in arguments),
        tuple(_text(read, place) for place in environment),
        tuple(pairs),
        address + length * word_size,
    )


def _words(read: Read, address: int, size: int) -> Iterator[int]:
    for number in range(_WORDS_LIMIT):
        yield int.from_bytes(read(address + number * size, size), "little")
    raise BadStackError(f"no AT_NULL within {_WORDS_LIMIT} words of {address:#x}")


def _until_zero(words: Iterator[int], what: str) -> Sequence[int]:
    found: list[int] = []
    for word in words:
        if word == 0:
            return found
        found.append(word)
    raise BadStackError(f"{what} does not end with a NULL")


def _pair(read: Read, type: int, value: int) -> Auxiliary:
    try:
        return Auxiliary(type, value, _pointed_to(read, type, value))
    except (NotMappedError, BadStackError):  # one bad pointer hides no other pair
        return Auxiliary(type, value, "(points to nothing that can be read)")


def _pointed_to(read: Read, type: int, value: int) -> str:
    if type in _TEXTS and value:
        return f'"{_text(read, value).decode(errors="backslashreplace")}"'
    if type == AT_RANDOM and value:
        return read(value, 16).hex(" ")
    return ""


def _text(read: Read, address: int) -> bytes:
    """Up to its NUL.  Read in pieces that end where a page may, so that none behind is touched."""
    text = b""
    while len(text) < _TEXT_LIMIT:
        place = address + len(text)
        piece = read(place, _CHUNK - place % _CHUNK)
        text += piece.split(b"\0")[0]
        if b"\0" in piece:
            return text
    raise BadStackError(f"the text at {address:#x} does not end")
