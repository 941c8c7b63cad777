r"""Macros and repetitions: from a body and arguments to the lines that take their place.

    .macro save first, rest:vararg    Macro(name, parameters, body)
        push \first                        │  bind:  "save rax, rbx" -> {first: rax, rest: rbx}
    .endm                                  │  expand: body with \first replaced
    save rax, rbx                     ─────┴─> "push rax"

Expansion is textual, as in GNU as (Using as, 7.80), and happens before a line is
read into tokens.  GNU as tidies a line up before it looks for arguments:
character constants become numbers, and a blank stays only where it separates
two things that could be names; that is why ``m 1 + 2`` has one argument and
``m 1 - 2`` has three.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from ring3.asm.lexer import BLANKS, CHARACTER_ESCAPES, AssemblyError
from ring3.asm.source import LONGEST_LINE, Statement, split
from ring3.diagnostic import Diagnostic, Expansion


class MacroError(Exception):
    """A macro is defined or called wrongly; the caller knows where."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class ParameterKind(Enum):
    """What a call has to say: nothing, something, or anything up to the line's end."""

    OPTIONAL = auto()
    REQUIRED = auto()
    VARIADIC = auto()


class Parameter(NamedTuple):
    """One parameter of a macro."""

    name: str
    kind: ParameterKind = ParameterKind.OPTIONAL
    default: str = ""


class Macro(NamedTuple):
    """A macro as defined."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    defined: Statement


def parse_definition(text: str, body: Iterable[Statement], defined: Statement) -> Macro:
    """The macro whose head is ``.macro text``; raises MacroError."""
    head = _NAME.match(tidied := tidy(text))
    if head is None:
        raise MacroError("missing-macro-name", "a macro needs a name")
    parameters: dict[str, Parameter] = {}
    position = _skip_comma(tidied, head.end())
    while position < len(tidied):
        parameter, position = _parameter(tidied, position)
        if parameter.name in parameters:
            raise MacroError(
                "duplicate-parameter", f"the parameter `{parameter.name}` is named twice"
            )
        parameters[parameter.name] = parameter
    if parameters and tidied.endswith(","):
        raise MacroError("malformed-parameters", "no parameter follows the last comma")
    return Macro(head[0], tuple(parameters.values()), prepare_body(body), defined)


_NAME = re.compile(r"[A-Za-z_.$][\w.$]*", re.ASCII)
_PARAMETER = re.compile(r"([A-Za-z_.$][\w.$]*)(?::(\w*))?", re.ASCII)
_KINDS = {
    None: ParameterKind.OPTIONAL,
    "req": ParameterKind.REQUIRED,
    "vararg": ParameterKind.VARIADIC,
}


def _parameter(text: str, position: int) -> tuple[Parameter, int]:
    match = _PARAMETER.match(text, position)
    if match is None:
        raise MacroError("malformed-parameters", f"`{text[position:]}` is no parameter's name")
    if match[2] not in _KINDS:
        raise MacroError(
            "malformed-parameters",
            f"`:{match[2]}` says nothing about a parameter",
            "there are `:req` (must be given) and `:vararg` (takes the rest of the line)",
        )
    default, position = "", match.end()
    if text.startswith("=", position):
        default, position = _argument(text, position + 1)
    return Parameter(match[1], _KINDS[match[2]], default), _skip_comma(text, position)


def bind(macro: Macro, text: str) -> dict[str, str]:
    """The arguments of the call ``name text``, by parameter; raises MacroError."""
    text = tidy(text)
    given: dict[str, str] = {}
    known = {parameter.name for parameter in macro.parameters}
    positional = iter(macro.parameters)
    position, by_name = 0, False
    while position < len(text):
        keyword = _KEYWORD.match(text, position)
        if keyword is not None:
            by_name = True
            name = keyword[1]
            if name not in known:
                raise MacroError(
                    "no-such-parameter", f"macro `{macro.name}` has no parameter `{name}`"
                )
            given[name], position = _argument(text, keyword.end())
        elif by_name:
            raise MacroError(
                "mixed-arguments", "an argument without a name cannot follow one with a name"
            )
        else:
            parameter = next(positional, None)
            if parameter is None:
                raise MacroError("too-many-arguments", _too_many(macro), _argument_help(text))
            if parameter.kind is ParameterKind.VARIADIC:
                given[parameter.name], position = text[position:], len(text)
            else:
                given[parameter.name], position = _argument(text, position)
        position = _skip_comma(text, position)
    for parameter in macro.parameters:
        if not given.get(parameter.name):
            if parameter.kind is ParameterKind.REQUIRED:
                raise MacroError(
                    "missing-argument", f"macro `{macro.name}` needs a value for `{parameter.name}`"
                )
            given[parameter.name] = parameter.default
    return given


_KEYWORD = re.compile(r"([^\s,\";()=]*)=")


def _too_many(macro: Macro) -> str:
    count = len(macro.parameters)
    return f"macro `{macro.name}` takes {count} argument{'' if count == 1 else 's'} at most"


def _argument_help(text: str) -> str | None:
    if _BLANK.search(text):
        return "a blank separates arguments too; put an argument with blanks in quotes"
    return None


def values(text: str) -> list[str]:
    """The arguments of ``.irp``: at least one, which may be empty."""
    found = []
    position = 0
    while position < len(text):
        value, position = _argument(text, position)
        found.append(value)
        position = _skip_comma(text, position)
    return found or [""]


def characters(text: str) -> list[str]:
    """The characters of ``.irpc``: at least one, which may be empty; in quotes blanks count."""
    if text.startswith('"'):
        return list(text.strip('"')) or [""]
    return [c for c in text if c not in BLANKS] or [""]


def repetition_head(text: str) -> tuple[str, str]:
    """The parameter and the rest of ``.irp`` and ``.irpc``; raises MacroError."""
    match = _NAME.match(text := tidy(text))
    if match is None:
        raise MacroError("missing-parameter", "the name of the parameter is missing")
    return match[0], text[_skip_comma(text, match.end()) :]


def expand(
    body: Iterable[Statement], arguments: dict[str, str], number: int | None, via: Expansion
) -> Iterator[Statement]:
    r"""The lines of a body with ``\name``, ``\()`` and, if there is a number, ``\@`` replaced."""

    def replacement(match: re.Match[str]) -> str:
        found = match[0]
        if found == "\\()":
            return ""
        if found == "\\@":
            return found if number is None else str(number)
        return arguments.get(found[1:], found)

    longest = max(map(len, arguments.values()), default=0)
    for statement in body:
        content = statement.content
        if "\\" in content:
            if longest * content.count("\\") > LONGEST_LINE:
                _check_length(statement, replacement, via)
            replaced = _REFERENCE.sub(replacement, content)
            yield from split(
                replaced, statement.file, statement.path, via, first_line=statement.line
            )
        else:
            yield statement._replace(via=via)


def _check_length(
    statement: Statement, replacement: Callable[[re.Match[str]], str], via: Expansion
) -> None:
    """Refuse a line before it is made: it could be as long as the square of what a line may be."""
    content = statement.content
    length = len(content) + sum(
        len(replacement(match)) - len(match[0]) for match in _REFERENCE.finditer(content)
    )
    if length > LONGEST_LINE:
        message = f"a line has at most {LONGEST_LINE:,} characters; with its arguments this one"
        message += f" has {length:,}"
        place = statement._replace(via=via).location()
        raise AssemblyError(Diagnostic("line-too-long", message, place))


#: Beyond ASCII everything is a part of a name to GNU as.
_REFERENCE = re.compile(r"\\(?:\(\)|@|[A-Za-z_.$](?:[\w.$]|[^\x00-\x7f])*)", re.ASCII)


def prepare_body(body: Iterable[Statement]) -> tuple[Statement, ...]:
    """A body as it is kept: its character constants are numbers already."""
    return tuple(
        statement._replace(
            text=(text := _number_characters(statement.content)), start=0, stop=len(text)
        )
        if "'" in statement.content
        else statement
        for statement in body
    )


def tidy(text: str) -> str:
    """A line as GNU as keeps it: no character constants, only blanks that separate."""
    text = _number_characters(text) if "'" in text else text
    return _STRING_OR_BLANKS.sub(_tidy_piece, text)


def _tidy_piece(match: re.Match[str]) -> str:
    if match[1] is not None:
        return match[1]
    text, start, end = match.string, match.start(), match.end()
    separates = (
        start > 0
        and end < len(text)
        and _BEFORE_BLANK.match(text[start - 1])
        and _AFTER_BLANK.match(text[end])
    )
    return " " if separates else ""


_BLANK = re.compile(r"[ \t\r]+")
_STRING_OR_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|[ \t\r]+')
_BEFORE_BLANK = re.compile(r'[\w.$*%(\[{}"-]|[^\x00-\x7f]', re.ASCII)
_AFTER_BLANK = re.compile(r'[\w.$*%(\[{}"\\-]|[^\x00-\x7f]', re.ASCII)


def _number_characters(text: str) -> str:
    return _CHARACTER.sub(_character_as_number, text)


_CHARACTER = re.compile(r"""("(?:[^"\\]|\\.)*")|'(?:\\(.)|([^\\]))'?[ \t]*""")


def _character_as_number(match: re.Match[str]) -> str:
    string, escape, plain = match.groups()
    if string is not None:
        return str(string)
    if plain is not None and plain.isascii():
        return str(ord(plain))
    return str(CHARACTER_ESCAPES[escape]) if escape in CHARACTER_ESCAPES else match[0]


def _argument(text: str, position: int) -> tuple[str, int]:
    """One argument and the position after it: a string, or what reaches to a comma or a blank."""
    while text.startswith(" ", position):
        position += 1
    if text.startswith('"', position):
        return _quoted(text, position)
    start = position
    nesting: list[str] = []
    while position < len(text):
        match = _PLAIN.match(text, position)
        if match is not None:
            position = match.end()
            continue
        character = text[position]
        if character == "," or (character == " " and not nesting):
            break
        if character in "([":
            nesting.append(")" if character == "(" else "]")
        elif nesting and character == nesting[-1]:
            nesting.pop()
        position += 1
    return text[start:position], position


_PLAIN = re.compile(r'[^ ,()\["\]]+|"[^"]*"?')


def _quoted(text: str, position: int) -> tuple[str, int]:
    r"""The content of a string; ``""`` in it is a quote, ``\"`` stays as it is."""
    match = _QUOTED.match(text, position)
    if match is None:
        raise MacroError("unterminated-string", "this string has no end")
    return match[1].replace('""', '"'), match.end()


_QUOTED = re.compile(r'"((?:[^"\\]|\\.|"")*)"')


def _skip_comma(text: str, position: int) -> int:
    match = _COMMA.match(text, position)
    assert match is not None
    return match.end()


_COMMA = re.compile(r"[ ]*,?[ ]*")
