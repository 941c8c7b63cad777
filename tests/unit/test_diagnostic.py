"""How a diagnostic looks on a terminal."""

from __future__ import annotations

import pytest

from ring3.diagnostic import (
    Diagnostic,
    Expansion,
    Location,
    Ring3Error,
    SourceError,
    nearest,
)


def test_a_diagnostic_shows_the_line_the_carets_the_chain_and_the_cure() -> None:
    outer = Location("main.s", 7, 5, 14, "    push_all")
    at = Location(
        "frame.inc", 12, 10, 14, "    push rexx", via=Expansion("in macro `push_all`, used", outer)
    )
    shown = Diagnostic("unknown-register", "`rexx` is not a register", at, "did you mean `rax`?")
    assert shown.render() == (
        "error[unknown-register]: `rexx` is not a register\n"
        "  --> frame.inc:12:10\n"
        "   |\n"
        "12 |     push rexx\n"
        "   |          ^^^^\n"
        "   = in macro `push_all`, used at main.s:7:5\n"
        "   = help: did you mean `rax`?"
    )


def test_carets_stand_under_the_token_behind_tabs() -> None:
    at = Location("a.s", 1, 3, 6, "\t\tfoo")
    assert Diagnostic("x", "y", at).render().splitlines()[-1] == "  | \t\t^^^"


def test_a_very_long_line_is_shown_around_the_token() -> None:
    at = Location("a.s", 1, 5001, 5004, "x" * 5000 + "foo" + "y" * 5000)
    *_, line, carets = Diagnostic("x", "y", at).render().splitlines()
    assert len(line) < 200
    assert line[carets.index("^") : carets.rindex("^") + 1] == "foo"
    assert (line[4], line[-1]) == ("…", "…")


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\x9b", "\u202e", "\u2066", "\ud800"])
def test_what_a_terminal_would_obey_is_not_shown(character: str) -> None:
    """A source could otherwise clear the screen, or turn the order of what is read round."""
    at = Location("a.s", 1, 1, 2, f"{character}[2J")
    shown = Diagnostic("x", f"`{character}`", at, f"not {character}").render()
    assert character not in shown
    assert shown.count("\ufffd") == 3
    assert character not in Ring3Error(f"no {character}", help=character).render()
    assert character in Diagnostic("x", "y", at).as_data()["text"]


def test_a_suggestion_is_a_name_much_like_the_wrong_one() -> None:
    assert nearest("kernel_stak", ["kernel_stack", "user_stack"]) == "kernel_stack"
    assert nearest("zzz", ["kernel_stack", "user_stack"]) is None
    assert nearest("a" * 100_000, ["a" * 99_999] * 10) is None
    assert nearest("ab", ("abc" for _ in range(10**12))) == "abc"


def test_a_source_error_sorts_by_place_and_says_each_thing_once() -> None:
    late, early = (Diagnostic("x", "m", Location("a.s", line)) for line in (9, 2))
    error = SourceError([late, early, late])
    assert error.diagnostics == (early, late)
    assert error.render().endswith("error: 2 errors in the source")


def test_one_error_is_not_called_errors() -> None:
    assert (
        SourceError([Diagnostic("x", "m", Location("a.s", 1))]).message == "1 error in the source"
    )


def test_an_error_without_a_place_shows_its_cure_below() -> None:
    assert Ring3Error("no QEMU", help="install it").render() == "error: no QEMU\n  help: install it"
