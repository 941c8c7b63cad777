"""How a diagnostic looks on a terminal."""

from __future__ import annotations

from ring3.diagnostic import Diagnostic, Expansion, Location, Ring3Error, SourceError


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
