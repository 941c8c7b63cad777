"""Every kind of error is documented, and each example of docs/errors.md says just what is shown."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ring3.asm import assemble
from ring3.diagnostic import SourceError
from ring3.elf import PROGRAM, link

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
HEAD = "    .intel_syntax noprefix\n"
START = "    .global _start\n_start: ret\n"
EXAMPLES = re.findall(
    r"^### (\S+)\n\n[^\n]*\n\n```asm\n(.*?)\n```\n\n```text\n(.*?)\n```$",
    DOCUMENT,
    re.MULTILINE | re.DOTALL,
)
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|syntax|alignment|contradiction")
MAKERS = re.compile("rror|fail|Diagnostic|warning|complain")


@pytest.mark.parametrize(("code", "source", "shown"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_an_example_says_what_the_documentation_shows(code: str, source: str, shown: str) -> None:
    with pytest.raises(SourceError) as caught:
        link([assemble(HEAD + source + "\n", name="file.s"), assemble(START)], PROGRAM)
    diagnostics = caught.value.diagnostics
    assert "\n\n".join(diagnostic.render() for diagnostic in diagnostics) == shown
    assert code in {diagnostic.code for diagnostic in diagnostics}


def test_there_are_examples_of_at_least_a_hundred_kinds() -> None:
    assert len({code for code, _, _ in EXAMPLES}) >= 100


def test_every_code_that_can_be_raised_is_documented_and_no_other() -> None:
    raised = {
        code
        for source in (ROOT / "builder" / "ring3").rglob("*.py")
        for code in raised_codes(ast.parse(source.read_text(encoding="utf-8")))
    }
    documented = set(re.findall(r"^### (\S+)$", DOCUMENT, re.MULTILINE))
    assert documented == raised


def raised_codes(tree: ast.AST) -> set[str]:
    """The codes in calls of whatever makes a diagnostic: its first or third argument."""
    codes = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and re.search(
            "rror|fail|Diagnostic|warning|complain", named(call)
        ):
            for argument in call.args[:3]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    codes |= {argument.value} if CODE.fullmatch(argument.value) else set()
    return codes


def named(call: ast.Call) -> str:
    """The name of the function that is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
