"""Hostile sources: pieces of real ones, broken in every way that somebody may think of.

    kernel_src, user_src, tests, docs/errors.md ─> a few lines of one or two files
                                                        │ 1 to 6 mutations, drawn by
                                                        v seed and number
                                                    a hostile source

The same seed and number give the same source, as long as the files are the same.
Most are small, so that a million of them are tried in an hour; a few repeat
themselves many times over, since what is harmless once may be slow ten thousand times.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[3]
HEAD = ".intel_syntax noprefix"
_MOST_LINES = 12
_LARGE_ONE_IN = 10_000
_LARGE = 20_000  # characters, roughly

Lines = list[str]
Mutation = Callable[[Random, Lines], Lines]


def mutant(seed: int, number: int) -> str:
    """The hostile source of this seed and number."""
    random = Random(f"{seed}/{number}")
    lines = _window(random)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        lines = random.choices(_MUTATIONS, _WEIGHTS)[0](random, lines)
    if random.randrange(_LARGE_ONE_IN) == 0:
        lines = random.choice((_repeated, _expanded))(random, lines)
    if random.randrange(20):
        lines.insert(0, HEAD)
    if random.randrange(8) == 0:
        lines.insert(1, f".code{random.choice((16, 32))}")
    return "\n".join(lines) + random.choice(("\n", "\n", "\n", ""))


# -- what is mutated -------------------------------------------------------------------


@cache
def corpus() -> tuple[Lines, ...]:
    """The lines of every source there is, without comments of their own."""
    files = [
        *sorted(path for folder in ("kernel_src", "user_src", "tests") for path in _sources(folder))
    ]
    texts = [path.read_text(encoding="utf-8") for path in files]
    for path in sorted((ROOT / "tests").rglob("asm/test_*.py")):
        texts += _strings(path)
    texts += re.findall(
        r"```asm\n(.*?)```", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.DOTALL
    )
    stripped = (
        [line for line in text.splitlines() if _COMMENT.match(line) is None] for text in texts
    )
    return tuple(lines for lines in stripped if lines)


_COMMENT = re.compile(r"\s*(#|$)")


def _sources(folder: str) -> Iterator[Path]:
    for suffix in ("s", "inc"):
        yield from (ROOT / folder).rglob(f"*.{suffix}")


def _strings(path: Path) -> Iterator[str]:
    """The sources in a file of tests: its strings of several lines, documentation aside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if "\n" in text and len(text) < 4000 and not text.rstrip().endswith("."):
                yield text


@cache
def _tokens() -> tuple[str, ...]:
    """Every token of the corpus, once."""
    found = (_TOKEN.findall(line) for lines in corpus() for line in lines)
    return tuple(sorted({token for tokens in found for token in tokens if not token.isspace()}))


_TOKEN = re.compile(r'\s+|[A-Za-z_.$\\@][\w.$]*|[0-9]\w*|"[^"]*"|.')


def _window(random: Random) -> Lines:
    lines = _piece(random)
    while random.randrange(4) == 0 and len(lines) < _MOST_LINES:
        lines += _piece(random)
    return lines


def _piece(random: Random) -> Lines:
    lines = random.choice(corpus())
    start = random.randrange(len(lines))
    return lines[start : start + random.randint(1, _MOST_LINES)]


# -- mutations: bytes, tokens, lines ----------------------------------------------------


def _with_line(random: Random, lines: Lines, change: Callable[[str], str]) -> Lines:
    if not lines:
        return [change("")]
    place = random.randrange(len(lines))
    return [*lines[:place], change(lines[place]), *lines[place + 1 :]]


def _inserted(random: Random, lines: Lines, added: Iterable[str]) -> Lines:
    place = random.randint(0, len(lines))
    return [*lines[:place], *added, *lines[place:]]


_STRANGE = (
    *"\0\x01\x07\x0b\x0c\r\x1a\x1b\x7f\x80\x85\xa0\xad\xb2\xff",
    *"ıſK①٣é日😀\u0301\u200b\u200e\u2028\u202e\ufeff\ufffd\ufffe",
    "\ud800", "\udfff", "\u0130", "ﬁ", "𝟙",
)  # fmt: skip
_PUNCTUATION = tuple("\"'#;:,.()[]{}+-*/%&|^~!<>=@$\\?`_ \t\n09aAzZ")


def _character(random: Random, lines: Lines) -> Lines:
    def change(line: str) -> str:
        place = random.randint(0, len(line))
        pool = _STRANGE if random.randrange(4) == 0 else _PUNCTUATION
        return f"{line[:place]}{random.choice(pool)}{line[place + random.randint(0, 2) :]}"

    return _with_line(random, lines, change)


def _cut(random: Random, lines: Lines) -> Lines:
    return _with_line(random, lines, lambda line: line[: random.randint(0, len(line))])


def _token(random: Random, lines: Lines) -> Lines:
    def change(line: str) -> str:
        tokens: list[str] = _TOKEN.findall(line)
        place = random.randint(0, len(tokens))
        match random.randrange(5):
            case 0:
                tokens.insert(place, random.choice(_tokens()))
            case 1:
                tokens[place : place + 1] = [random.choice(_tokens())]
            case 2:
                del tokens[place : place + random.randint(1, 3)]
            case 3:
                tokens[place:place] = tokens[place : place + random.randint(1, 4)]
            case _:
                random.shuffle(tokens)
        return "".join(tokens)

    return _with_line(random, lines, change)


def _number(random: Random, lines: Lines) -> Lines:
    def change(line: str) -> str:
        return _NUMBER.sub(lambda found: _pick(random, found[0]), line)

    return _with_line(random, lines, change)


_NUMBER = re.compile(r"\b[0-9]\w*")


def _pick(random: Random, kept: str) -> str:
    return kept if random.randrange(3) == 0 else _any_number(random)


def _any_number(random: Random) -> str:
    match random.randrange(6):
        case 0:
            return str((1 << random.randrange(130)) + random.randint(-2, 1))
        case 1:
            return hex(random.getrandbits(random.randrange(1, 70)))
        case 2:
            return "-" + str(1 << random.randrange(66))
        case 3:
            return random.choice(("0", "1", "2", "3", "7", "8", "64", "127", "128", "255", "65536"))
        case 4:
            return random.choice(
                ("0x", "0b2", "09", "1_0", "1e9", "0x1p3", "1.5", "1b", "1f", "9f")
            )
        case _:
            return random.choice("123456789") * random.choice((10, 19, 20, 38, 39, 200, 5000))


def _line(random: Random, lines: Lines) -> Lines:
    changed = list(lines)
    place = random.randint(0, len(lines))
    match random.randrange(5):
        case 0:
            changed[place:place] = _piece(random)
        case 1:
            del changed[place : place + random.randint(1, 3)]
        case 2:
            changed[place:place] = changed[place : place + 1] * random.randint(1, 20)
        case 3:
            random.shuffle(changed)
        case _:
            other = random.choice(random.choice(corpus()))
            return _with_line(random, lines, lambda line: _spliced(random, line, other))
    return changed


def _spliced(random: Random, line: str, other: str) -> str:
    return line[: random.randint(0, len(line))] + other[random.randint(0, len(other)) :]


# -- mutations: the grammar ---------------------------------------------------------------


def _operand(random: Random, lines: Lines) -> Lines:
    """An expression where an operand or an argument was."""

    def change(line: str) -> str:
        found = _WORD_AND_REST.match(line)
        if found is None:
            return f".quad {_expression(random)}"
        words = found[2].split(",")
        words[random.randrange(len(words))] = _expression(random)
        return f"{found[1]}{','.join(words)}"

    return _with_line(random, lines, change)


_WORD_AND_REST = re.compile(r"(\s*[\w.$:]+\s+)(.*)")
_OPERATORS = (
    "+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "!", "==", "!=", "<>", "<", "<=", ">", ">=",
    "&&", "||", "=", ",", "mod", "shl", "and", "or", "not",
)  # fmt: skip


def _expression(random: Random) -> str:
    if random.randrange(25) == 0:
        depth = random.choice((60, 63, 64, 65, 100, 1000, 5000))
        return random.choice(("(", "-", "~", "!", "[", "-(")) * depth + "1"
    if random.randrange(25) == 0:
        return random.choice(("+1", "-a", "*b", "+.", "-(1)")).join(
            ["1"] * random.choice((250, 260, 1000))
        )
    parts = [_atom(random)]
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        parts += [random.choice(_OPERATORS), _atom(random)]
    return " ".join(parts)


def _atom(random: Random) -> str:
    match random.randrange(7):
        case 0:
            return random.choice(_NAMES)
        case 1:
            return f"({_expression(random)})" if random.randrange(3) else "."
        case 2:
            return random.choice(("-", "~", "!", "+", "offset ", "offset flat:")) + _atom(random)
        case 3:
            return random.choice(("1b", "1f", "2f", "0f", ".Lx", "'a'", "'\\n'", "'"))
        case 4:
            return random.choice(_tokens())
        case _:
            return _any_number(random)


_NAMES = ("a", "b", "c", "x1", "rax", "eax", "gs", "rip", "st", "k1", "byte", "ptr", ".text", "..")


def _nested(random: Random, lines: Lines) -> Lines:
    """A piece of the source within something that begins and ends."""
    start = random.randint(0, len(lines))
    stop = random.randint(start, len(lines))
    name = random.choice(("m", "n", "mov", "M", "a.b", "$m"))
    argument = random.choice(("x", "x, y=1", "x:req", "x:vararg", "x, x", "x=,y:vararg", ""))
    begin, end = random.choice(
        (
            (f".rept {_count(random)}", ".endr"),
            (f".irp x, {_values(random)}", ".endr"),
            (f".irpc x, {random.choice(('abc', '0123', ''))}", ".endr"),
            (f".macro {name} {argument}", f".endm\n{name} {_values(random)}"),
            (f".if {_expression(random)}", ".endif"),
            (f".ifdef {random.choice(_NAMES)}", ".else\n.endif"),
            (f".ifc {random.choice(_NAMES)}, a", ".elseif 1\n.endif"),
            ("/*", "*/"),
            (".cfi_startproc", ".cfi_endproc"),
            (".pushsection .data", ".popsection"),
        )
    )
    inner = [
        re.sub(r"\b[a-z]\w*", lambda found: _argument(random, found[0]), line)
        for line in lines[start:stop]
    ]
    opened = [begin] if random.randrange(8) else []
    closed = end.split("\n") if random.randrange(8) else []
    return [*lines[:start], *opened, *inner, *closed, *lines[stop:]]


def _argument(random: Random, word: str) -> str:
    return (
        word
        if random.randrange(6)
        else random.choice(("\\x", "\\y", "\\@", "\\()", "\\x\\y", "\\"))
    )


def _count(random: Random) -> str:
    return random.choice(
        ("0", "1", "2", "3", "10", "-1", "1000000000", "500000", "a", "1<<40", "1<<63")
    )


def _values(random: Random) -> str:
    return random.choice((", ", " ", ",,", "")).join(
        random.choice((_any_number(random), random.choice(_tokens()), '"a b"', '"', "x=1", "\\x"))
        for _ in range(random.randrange(6))
    )


_RECURSIONS = (
    ".macro m\nm\n.endm\nm",
    ".macro m x\nm \\x\\x\n.endm\nm ab",
    '.macro m x:vararg\nm "\\x,\\x"\n.endm\nm 1',
    ".macro m\nm\nm\n.endm\nm",
    ".macro m\n.macro n\nm\n.endm\nn\n.purgem n\n.endm\nm",
    ".macro m\n.rept 9\nm\n.endr\n.endm\nm",
    ".irp x, 1,2,3\n.irp y, \\x,\\x\n.macro m\\x\\y\nnop\n.endm\n.endr\n.endr\nm11",
    ".macro m\n.exitm\n.endm\nm",
    ".macro m\n.include \"loop.inc\"\n.endm\nm",
    ".macro m x\n.set \\x, \\x + \\x\n.endm\n.set a, 1\n.rept 70\nm a\n.endr",
    ".set a, b\n.set b, a\n.quad a",
    ".set a, a+1\n.quad a\nmov eax, a",
    "a: .skip b-a\nb:",
    "a: .skip 300-(b-a)\nb: jmp a",
    ".org b+1\nb:",
    "x: .org x+0x7fffffffffffffff",
    "a: jmp c\n.p2align 4\nc: .org a + 100",
    "1: jmp 1f\n.rept 60\njmp 1b\n.endr\n1:",
)  # fmt: skip


def _recursion(random: Random, lines: Lines) -> Lines:
    return _inserted(random, lines, random.choice(_RECURSIONS).split("\n"))


#: What stands in the folder that includes are read from is made by sandbox.py.
_FILES = (
    "../outside/secret.inc", "/etc/hostname", "/dev/zero", "/dev/stdin", "/proc/self/environ",
    "/proc/self/fd/0", "/proc/self/mem", "./../../../../../../etc/passwd", "a/../../outside/x",
    "link.inc", "linked/secret.inc", "linked", "dangling.inc", "circle.inc", "pipe.inc",
    "device.inc", "folder.inc", ".", "", "./", "folder.inc/", "loop.inc", "loop1.inc", "fine.inc",
    "sub/fine.inc", "sub/../fine.inc", "./fine.inc", "sub//fine.inc", "latin.inc", "huge.inc",
    "zeros.inc", "no such file", "fine.inc\\0", "fine.inc\\n", "~", "~root/x", "$HOME", "*.inc",
    "\\x2e\\x2e/outside/secret.inc", "\\57etc/hostname", "file:///etc/passwd", "a" * 300,
    "a/" * 3000, "\udcff", "\\377", "CON", "fine.inc ", "FINE.INC", "proc.inc", "include/vvar.inc",
)  # fmt: skip


def _include(random: Random, lines: Lines) -> Lines:
    directive = random.choice((".include", ".include", ".include", ".incbin", ".INCLUDE", ".line"))
    return _inserted(random, lines, [f'{directive} "{random.choice(_FILES)}"'])


_ARGUMENTS = (
    "", "a", "a, b", "a, 1", "rax, 8", "rsp, -8", "rbx", "1, 2", "99, 0", '"aw"', ".data",
    '.x, "aw", @progbits', '.x, "ax", @nobits', '.bss.y, "aw", @nobits', '.x, "z"', ".text.a, \"\"",
    '"a b", "a"', "@function", "a, @function", "a, @object", "a, .-a", "eh_frame", ".eh_frame",
    "simple", "0x80, 1, 300", "-1", "31", "32", "63", "1 << 40", "4, 0x90", "16, , 3", "a-b",
    ".-a", "1, 8, 5", "1000000, 8", "b-a, 9", '"text", "more"', '"\\x41\\101\\n"', '"\\q"',
)  # fmt: skip


@cache
def _directives() -> tuple[str, ...]:
    found = {token for token in _tokens() if re.fullmatch(r"\.[a-z_0-9]+", token)}
    return tuple(sorted(found))


def _directive(random: Random, lines: Lines) -> Lines:
    argument = random.choice(_ARGUMENTS) if random.randrange(3) else _expression(random)
    return _inserted(random, lines, [f"{random.choice(_directives())} {argument}"])


def _label(random: Random, lines: Lines) -> Lines:
    name = random.choice(("a", "b", "1", "0", ".Lx", "rax", ".", "mov", "a$b", "00001"))
    return _inserted(random, lines, [name + random.choice((":", ": ", " :", "=1", " = .", "==2"))])


def _repeated(random: Random, lines: Lines) -> Lines:
    """The same over and over: in lines, in one line, or in names that differ."""
    size = sum(map(len, lines)) + len(lines) + 1
    times = 1 + _LARGE * random.choice((1, 1, 5, 20)) // size
    match random.randrange(4):
        case 0:
            return lines * times
        case 1:
            return _with_line(random, lines, lambda line: line * times)
        case 2:
            return [f"{line}_{number}" for number in range(times) for line in lines]
        case _:
            return [f"l{number}: {line}" for number in range(times) for line in lines]


_EXPANSIONS = (
    ".macro m x\n.if \\x\nm \\x-1\nm \\x-1\n.endif\n.endm\nm 20",
    ".macro m x\n.if (\\x) > 0\nm (\\x-1)\nm (\\x-1)\n.endif\n.endm\nm 20",
    ".rept 30\n.rept 30\n.rept 30\nnop\n.endr\n.endr\n.endr",
    ".rept 400\n.irp x, 1,2,3,4,5,6,7,8\n.irpc y, abcdefgh\n.quad \\x\\y, \\y\\x\n.endr\n.endr"
    "\n.endr",
    ".macro a\n.rept 9\nb\n.endr\n.endm\n.macro b\n.rept 9\nc\n.endr\n.endm\n.macro c\n.rept 9\n"
    "jmp 1f\n1: .p2align 4\n.endr\n.endm\n.rept 9\na\n.endr",
    ".set a, b\n.rept 4000\n.set a, a + 1\nmov eax, a\n.endr",
)


def _expanded(random: Random, lines: Lines) -> Lines:
    """A few lines that macros and repetitions make very many of."""
    return _inserted(random, lines, random.choice(_EXPANSIONS).split("\n"))


_WEIGHTED: tuple[tuple[Mutation, int], ...] = (
    (_character, 8),
    (_cut, 3),
    (_token, 12),
    (_number, 6),
    (_line, 8),
    (_operand, 8),
    (_nested, 8),
    (_recursion, 2),
    (_include, 4),
    (_directive, 8),
    (_label, 4),
)
_MUTATIONS = tuple(mutation for mutation, _ in _WEIGHTED)
_WEIGHTS = tuple(weight for _, weight in _WEIGHTED)
