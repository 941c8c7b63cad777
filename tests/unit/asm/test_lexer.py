"""A statement's text into tokens."""

from __future__ import annotations

import pytest

from ring3.asm.lexer import AssemblyError, TokenKind, TokenStream, lex
from ring3.diagnostic import Location


def tokens_of(text: str) -> TokenStream:
    return lex(Location("file.s", 7, text=text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("0", 0),
        ("0x1F", 31),
        ("0Xff", 255),
        ("017", 15),
        ("0b101", 5),
        ("0xffffffffffffffff", (1 << 64) - 1),
        ("'a'", 97),
        ("'a", 97),
        (r"'\n'", 10),
        (r"'\\'", 92),
        (r"'\''", 39),
        ("'''", 39),
        ("';'", 59),
        ("' '", 32),
    ],
)
def test_a_number_and_a_character_have_their_value(text: str, value: int) -> None:
    token = tokens_of(text).next()
    assert (token.kind, token.value) == (TokenKind.NUMBER, value)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (r'"plain"', b"plain"),
        (r'""', b""),
        (r'"\b\f\n\r\t\\\""', b'\b\f\n\r\t\\"'),
        (r'"\101\0\7x"', b"A\x00\x07x"),
        (r'"\x41\x4142"', b"AB"),
        ('"é"', "é".encode()),
    ],
)
def test_a_string_has_its_bytes(text: str, data: bytes) -> None:
    token = tokens_of(text).next()
    assert (token.kind, token.value) == (TokenKind.STRING, data)


@pytest.mark.parametrize("text", ["1b", "1f", "42b", "0f", "0b"])
def test_a_number_with_b_or_f_refers_to_a_numeric_label(text: str) -> None:
    assert tokens_of(text).next().kind is TokenKind.LOCAL_REFERENCE


def test_operators_of_two_characters_are_one_token() -> None:
    stream = tokens_of("a<<b>>c<>d<=e>=f==g!=h&&i||j")
    texts = [token.text for token in stream.tokens if token.kind is TokenKind.PUNCTUATION]
    assert texts == ["<<", ">>", "<>", "<=", ">=", "==", "!=", "&&", "||"]


def test_a_token_knows_its_columns() -> None:
    stream = tokens_of("    mov  rax, [rbx]  ")
    found = [(token.text, token.column, token.end) for token in stream.tokens]
    assert found == [
        ("mov", 5, 8),
        ("rax", 10, 13),
        (",", 13, 14),
        ("[", 15, 16),
        ("rbx", 16, 19),
        ("]", 19, 20),
        ("", 20, 21),
    ]


@pytest.mark.parametrize(
    ("text", "code", "help_"),
    [
        ('"abc', "unterminated-string", 'close it with `"`'),
        ("'", "malformed-character", None),
        ("'é'", "not-ascii", "one ASCII character"),
        (r'"\q"', "unknown-escape", r"\x7f"),
        (r"'\0'", "unknown-escape", "write other codes as numbers"),
        ("10h", "malformed-number", "0x10"),
        ("0ffh", "malformed-number", "0xff"),
        ("1_000", "malformed-number", "no `_`"),
        ("1.5", "malformed-number", "floating-point"),
        ("089", "malformed-number", "octal"),
        ("0x", "malformed-number", "0xa"),
        ("1e3", "malformed-number", "012 (octal)"),
        ("9" * 5000, "number-too-large", None),
        ("0x1" + "0" * 32, "number-too-large", None),
        ("$5", "stray-dollar", "write the number alone"),
        ("\\name", "stray-backslash", None),
        ("é", "unexpected-character", None),
        ("\0", "unexpected-character", None),
    ],
)
def test_what_is_no_token_is_refused_with_a_cure(text: str, code: str, help_: str | None) -> None:
    with pytest.raises(AssemblyError) as caught:
        tokens_of("  " + text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == code
    assert (diagnostic.location.line, diagnostic.location.column) == (7, 3)
    if help_ is not None:
        assert help_ in (diagnostic.help or "")


def test_a_stream_stays_at_its_end() -> None:
    stream = tokens_of("a")
    stream.next()
    assert stream.at_end
    assert stream.next().kind is TokenKind.END
    assert stream.peek(5).kind is TokenKind.END


def test_a_missing_token_is_reported_at_what_stands_there_instead() -> None:
    stream = tokens_of("a b")
    stream.next()
    with pytest.raises(AssemblyError, match="expected `,`, found `b`") as caught:
        stream.expect(",")
    assert caught.value.diagnostic.location.column == 3
