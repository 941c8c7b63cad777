"""One statement's text into tokens.

    "mov rax, [rbx + 8*4]  "  ─ lex ─>  IDENTIFIER mov, IDENTIFIER rax, "," "[" … END
                                             │
                              TokenStream: peek, next, accept, expect, error

Comments are gone and statements are split before this (source.py, macro.py);
a statement is a range of one source line, so that a token's column is that of
the line.  Escapes, numbers and character constants are as GNU as reads them
(Using as, 3.6), without those that it reads in a way nobody expects: they are
refused by name.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, NoReturn

from ring3.diagnostic import Diagnostic, Location


class TokenKind(Enum):
    """What a token is; a character constant is a NUMBER."""

    IDENTIFIER = "a name"
    NUMBER = "a number"
    STRING = "a string"
    LOCAL_REFERENCE = "a reference to a numeric label"
    PUNCTUATION = "punctuation"
    END = "the end of the statement"


class Token(NamedTuple):
    """A piece of a statement: columns count from 1, ``end`` is the one after the last.

    ``value`` is a NUMBER's value, a STRING's bytes and otherwise None.  (A
    named tuple, since ten thousand lines make a hundred thousand of them.)
    """

    kind: TokenKind
    text: str
    value: int | bytes | None
    column: int
    end: int


class AssemblyError(Exception):
    """A statement cannot be assembled; whoever reads statements collects the diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class TokenStream:
    """The tokens of one statement, read from left to right; the last one is END."""

    __slots__ = ("_position", "base", "tokens")

    def __init__(self, tokens: list[Token], base: Location) -> None:
        self.tokens = tokens
        self.base = base
        self._position = 0

    @property
    def position(self) -> int:
        """The index of the next token; assign to it in order to read again."""
        return self._position

    @position.setter
    def position(self, index: int) -> None:
        self._position = index

    def peek(self, offset: int = 0) -> Token:
        """The token ``offset`` places ahead, without taking it; END from the end on."""
        index = self._position + offset
        return self.tokens[index if index < len(self.tokens) else -1]

    def next(self) -> Token:
        """Take the next token; END stays."""
        token = self.tokens[self._position]
        if token.kind is not TokenKind.END:
            self._position += 1
        return token

    def accept(self, text: str) -> bool:
        """Take the next token if it is this punctuation."""
        token = self.tokens[self._position]
        if token.text == text and token.kind is TokenKind.PUNCTUATION:
            self._position += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Take this punctuation, or raise AssemblyError."""
        token = self.tokens[self._position]
        if not self.accept(text):
            message = f"expected `{text}`, found {describe(token)}"
            self.error("expected-token", message, token, _MEANT["@"] if token.text == "@" else None)
        return token

    @property
    def at_end(self) -> bool:
        """True when every token is taken."""
        return self.tokens[self._position].kind is TokenKind.END

    def expect_end(self) -> None:
        """Raise AssemblyError when anything is left of the statement."""
        token = self.tokens[self._position]
        if token.kind is not TokenKind.END:
            self.error(
                "junk-at-end", f"{describe(token)} was not expected here", token, self._cure()
            )

    def _cure(self) -> str | None:
        """What the token may be meant for that nobody expected."""
        token, following = self.peek(), self.peek(1)
        if token.text == "/" and following.text == "/" and following.column == token.end:
            return COMMENT_HELP
        if not self._position:
            return None
        if token.kind in (TokenKind.IDENTIFIER, TokenKind.NUMBER):
            return "is a comma missing before it?"
        return _MEANT.get(token.text)

    def location(self, token: Token | None = None) -> Location:
        """The place of a token, by default of the next one."""
        token = token or self.tokens[self._position]
        return self.span(token.column, token.end)

    def span(self, column: int, end: int) -> Location:
        """The place of a range of columns of this statement's line."""
        return self.base.at(column, end)

    def string(self, token: Token) -> str:
        """The text of a STRING token; raises AssemblyError when its escapes make it none."""
        assert isinstance(token.value, bytes)
        try:
            text = token.value.decode()
        except UnicodeDecodeError:
            self.error("not-utf-8", "the escapes in this make it no UTF-8 text", token)
        if "\0" in text:
            self.error("unexpected-character", "a name cannot hold a zero byte", token)
        return text

    def error(
        self, code: str, message: str, token: Token | None = None, help: str | None = None
    ) -> NoReturn:
        """Raise AssemblyError at a token, by default the next one."""
        raise AssemblyError(Diagnostic(code, message, self.location(token), help))


#: What punctuation is meant for that nobody expected.
_MEANT = {
    **dict.fromkeys("([+-*]", "an address stands in brackets: `[rbx + 8]`"),
    "=": "equal is `==`, and unequal `!=`",
    "@": "there are no relocations by name: leave it out, the linker knows what to do",
    "{": "masks and rounding are AVX-512's, which is not supported",
}


def describe(token: Token) -> str:
    """A token as an error names it."""
    return "the end of the line" if token.kind is TokenKind.END else f"`{token.text}`"


def lex(base: Location, start: int = 0, stop: int | None = None) -> TokenStream:
    """The tokens of ``base.text[start:stop]``; raises AssemblyError at what is none."""
    text = base.text
    stop = len(text) if stop is None else stop
    read = _remembered_tokens if len(text) <= _LONGEST_REMEMBERED else _tokens
    try:
        return TokenStream(read(text, start, stop), base)
    except _LexicalError as error:
        raise AssemblyError(
            Diagnostic(error.code, error.message, base.at(*error.span), error.help)
        ) from None


def _tokens(text: str, start: int, stop: int) -> list[Token]:
    tokens: list[Token] = []
    append = tokens.append
    for match in _TOKEN.finditer(text, start, stop):
        group = match.lastindex
        if group is None:  # blanks at the end
            break
        column, end = match.span(group)
        spelled = match[group]
        if group == _IDENTIFIER_GROUP:
            append(Token(_IDENTIFIER, spelled, None, column + 1, end + 1))
        elif group == _PUNCTUATION_GROUP:
            append(Token(_PUNCTUATION, spelled, None, column + 1, end + 1))
        else:
            try:
                if group == _CHARACTER_GROUP and tokens and tokens[-1].end == column + 1:
                    _refuse_neighbour(tokens[-1])
                append(_READERS[group](spelled, column + 1, end + 1))
            except _LexicalError as error:
                error.span = column + 1, end + 1
                raise
    end = tokens[-1].end if tokens else start + 1
    append(Token(TokenKind.END, "", None, end, end + 1))
    return tokens


#: Lines repeat: those of included files for every source, those of macros for every call.
_remembered_tokens = lru_cache(maxsize=1 << 13)(_tokens)
_LONGEST_REMEMBERED = 160  # characters of a line, so that what is remembered stays small

BLANKS = " \t\r"
"""What separates to GNU as; no other white space of Unicode or ASCII does."""

IDENTIFIER = r"[A-Za-z_.][\w.$]*"
"""The pattern of a name, to be compiled with re.ASCII."""

_IDENTIFIER = TokenKind.IDENTIFIER
_PUNCTUATION = TokenKind.PUNCTUATION

_TOKEN = re.compile(
    rf"""[ \t\r]*(?:
      ({IDENTIFIER})                                       # 1 identifier
    | (<<|>>|<>|<=|>=|==|!=|&&|\|\||[-+*/%&|^!~()\[\]{{}},:=<>@])   # 2 punctuation
    | ([0-9][\w.$]*)                                     # 3 number or local reference
    | ("(?:[^"\\]|\\.)*")                                # 4 string
    | ('(?:\\.|[^\\])'?)                                 # 5 character constant
    | (.)                                                # 6 anything else
    )?""",
    re.VERBOSE | re.ASCII,
)
_IDENTIFIER_GROUP = 1
_PUNCTUATION_GROUP = 2
_CHARACTER_GROUP = 5


class _LexicalError(Exception):
    span = (1, 2)  # the columns, as soon as they are known

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        self.code = code
        self.message = message
        self.help = help


def _read_number(spelled: str, column: int, end: int) -> Token:
    if match := _NUMBER.fullmatch(spelled):
        base = _NUMBER_BASES[match.lastindex or 0]
        digits = match[match.lastindex or 0]
        if len(digits) > _MOST_DIGITS or (value := int(digits, base)) >> 128:
            raise _LexicalError("number-too-large", f"`{spelled}` does not fit into 128 bits")
        return Token(TokenKind.NUMBER, spelled, value, column, end)
    if _LOCAL_REFERENCE.fullmatch(spelled):
        return Token(TokenKind.LOCAL_REFERENCE, spelled, None, column, end)
    raise _LexicalError("malformed-number", f"`{spelled}` is not a number", _number_help(spelled))


_NUMBER = re.compile(r"0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0([0-7]+)|([1-9][0-9]*|0)", re.ASCII)
_NUMBER_BASES = (0, 16, 2, 8, 10)
_MOST_DIGITS = 130
_LOCAL_REFERENCE = re.compile(r"[0-9]{1,9}[bf]", re.ASCII)


def _number_help(spelled: str) -> str:
    if spelled[-1] in "hH" and all(c in "0123456789abcdefABCDEF" for c in spelled[:-1]):
        return f"write hexadecimal numbers as 0x{spelled[:-1].lstrip('0') or '0'}"
    if "_" in spelled:
        return "GNU as knows no `_` between digits"
    if "." in spelled:
        return "there are no floating-point numbers here; write the bytes as an integer"
    if spelled.isdigit():
        return f"a leading 0 means octal; for decimal write {spelled.lstrip('0')}"
    return "numbers are 10, 0xa, 012 (octal) or 0b1010; `1b` and `1f` refer to the label `1:`"


def _read_string(spelled: str, column: int, end: int) -> Token:
    content = spelled[1:-1]
    if "\0" in content:
        raise _LexicalError("unexpected-character", "a string holds a zero byte", r"write it as \0")
    data = content.encode() if "\\" not in content else _unescape(content)
    return Token(TokenKind.STRING, spelled, data, column, end)


def _unescape(content: str) -> bytes:
    data = bytearray()
    for match in _STRING_PART.finditer(content):
        plain, octal, hexadecimal, single = match.groups()
        if plain:
            data += plain.encode()
        elif octal:
            data.append(int(octal, 8) & 0xFF)
        elif hexadecimal:
            data.append(int(hexadecimal, 16) & 0xFF)
        elif single in _ESCAPES:
            data.append(_ESCAPES[single])
        else:
            raise _LexicalError(
                "unknown-escape",
                f"`\\{single}` is no escape sequence",
                'there are \\b \\f \\n \\r \\t \\\\ \\" \\123 (octal) and \\x7f',
            )
    return bytes(data)


_STRING_PART = re.compile(r"([^\\]+)|\\([0-7]{1,3})|\\x([0-9a-fA-F]+)|\\(.)", re.ASCII)
_ESCAPES = {"b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "\\": 92, '"': 34}
CHARACTER_ESCAPES = _ESCAPES | {"'": 39}


def _refuse_neighbour(before: Token) -> None:
    """GNU as puts a constant's number in its place before it looks for words: a'1' is a49."""
    if before.kind in (TokenKind.IDENTIFIER, TokenKind.NUMBER, TokenKind.LOCAL_REFERENCE):
        raise _LexicalError("expected-token", "a blank is missing before `'`")


def _read_character(spelled: str, column: int, end: int) -> Token:
    if spelled[1] != "\\":
        character = spelled[1]
        if not character.isascii():
            raise _LexicalError(
                "not-ascii",
                f"`{character}` is more than one byte",
                "a character constant holds one ASCII character; use a string for others",
            )
        return Token(TokenKind.NUMBER, spelled, ord(character), column, end)
    value = CHARACTER_ESCAPES.get(spelled[2])
    if value is None:
        raise _LexicalError(
            "unknown-escape",
            f"`\\{spelled[2]}` is no escape sequence of a character constant",
            "there are '\\b' '\\f' '\\n' '\\r' '\\t' '\\\\' '\\''; write other codes as numbers",
        )
    return Token(TokenKind.NUMBER, spelled, value, column, end)


def _refuse(spelled: str, column: int, end: int) -> Token:
    if spelled == '"':
        raise _LexicalError("unterminated-string", "this string has no end", 'close it with `"`')
    if spelled == "'":
        raise _LexicalError("malformed-character", "a character must follow `'`", QUOTES_HELP)
    if spelled == "\\":
        raise _LexicalError(
            "stray-backslash", "`\\` names a macro's argument, and there is none of this name here"
        )
    if spelled == "$":
        help = "write the number alone; the present place is `.`"
        raise _LexicalError("stray-dollar", "`$` belongs to AT&T syntax", help)
    if spelled.isascii() or (not spelled.isprintable() and spelled not in _LOOKALIKES):
        raise _LexicalError("unexpected-character", f"unexpected character {spelled!r}")
    import unicodedata  # noqa: PLC0415  # for errors alone

    name = unicodedata.name(spelled, "a character without a name").lower()
    raise _LexicalError(
        "unexpected-character",
        f"unexpected character `{spelled}` (U+{ord(spelled):04X}, {name})",
        _LOOKALIKES.get(spelled, "names are made of a to z, A to Z, 0 to 9, `_`, `.` and `$`"),
    )


COMMENT_HELP = "a comment begins with `#`"
QUOTES_HELP = "one character stands in `'`, and text in double quotes"
#: What word processors and web pages put in the place of ASCII characters.
_LOOKALIKES = {
    **dict.fromkeys("“”„‟«»″＂", 'write a plain `"`'),
    **dict.fromkeys("‘’‚‛′´＇", "write a plain `'`"),
    **dict.fromkeys("‐‑‒–—―−﹣－", "write a plain `-`"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", "write a plain blank"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "delete it: nobody sees it"),
    **dict.fromkeys("，、", "write a plain `,`"),
    **dict.fromkeys("×∗＊", "write a plain `*`"),
    "；": "write a plain `;`",
    "：": "write a plain `:`",
    "＋": "write a plain `+`",
    "＝": "write a plain `=`",
}


_READERS = {3: _read_number, 4: _read_string, 5: _read_character, 6: _refuse}
