"""Colours for ring3's assembly, and plain text for gdb's commands.

Pygments' own lexer for GNU as takes AT&T syntax, and finds errors in Intel's.
"""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, Punctuation, String, Text
from sphinx.application import Sphinx

REGISTER = (
    r"\b(?:[re]?(?:ax|bx|cx|dx|si|di|bp|sp|ip)|[abcd][lh]|(?:si|di|bp|sp)l|r(?:8|9|1[0-5])[dwb]?"
    r"|[cdefgs]s|cr[0-8]|dr[0-7]|st|[xyz]?mm\d+)\b"
)


class IntelLexer(RegexLexer):
    """GNU as, Intel syntax: what the assembler of ring3 takes."""

    name = "ring3 assembly"
    aliases: ClassVar[list[str]] = ["asm"]
    tokens: ClassVar = {
        "root": [
            (r"\s+", Text),
            (r"#.*", Comment.Single),
            (r"/\*", Comment.Multiline, "comment"),
            (r"([\w.$\\@]+)(:)", bygroups(Name.Label, Punctuation)),
            (r"\.[\w]+", Keyword.Declaration, "operands"),
            (r"[A-Za-z_][\w.]*", Name.Function, "operands"),
            (r".", Text),
        ],
        "comment": [(r"\*/", Comment.Multiline, "#pop"), (r"[\s\S]", Comment.Multiline)],
        "operands": [
            (r"\n", Text, "#pop"),
            (r"[^\S\n]+", Text),
            (r"#.*", Comment.Single),
            (r'"(?:\\.|[^"\\\n])*"?', String),
            (r"0[xX][0-9a-fA-F]+|\b\d+[bf]?\b", Number),
            (REGISTER, Name.Builtin),
            (r"\b(?:byte|word|dword|fword|qword|xmmword|ptr|offset)\b", Keyword.Type),
            (r"[\w.$\\@]+", Name),
            (r".", Punctuation),
        ],
    }


class GdbLexer(TextLexer):
    """gdb's commands, without colours."""

    name = "gdb commands"
    aliases: ClassVar[list[str]] = ["gdb"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_lexer("asm", IntelLexer)
    app.add_lexer("gdb", GdbLexer)
    return {"parallel_read_safe": True}
