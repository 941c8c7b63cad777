"""Checks as data: what a file may say, and what it gets for saying something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error, SourceError
from ring3.machine import OutcomeKind
from ring3.testing.check import (
    Check,
    CheckFile,
    LineKind,
    Order,
    Pattern,
    Turn,
    Voice,
)
from ring3.testing.check_keys import KEYS
from ring3.testing.plugin import is_check_file
from ring3.testing.read_checks import read_checks


def read(folder: Path, text: str, name: str = "test.ring3.toml") -> CheckFile:
    (folder / name).write_text(text, encoding="utf-8")
    return read_checks(folder / name)


def only(folder: Path, text: str) -> Check:
    (check,) = read(folder, "[[check]]\nname = 'one'\n" + text).checks
    return check


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("ring3.toml", True),
        ("doors.ring3.toml", True),
        ("test_doors.toml", False),
        ("myring3.toml", False),
        ("ring3.toml.bak", False),
        ("pyproject.toml", False),
    ],
)
def test_only_files_that_name_ring3_have_checks(name: str, has: bool) -> None:
    assert is_check_file(name) is has


def test_a_check_that_says_nothing_but_its_name_runs_doors_to_status_0(tmp_path: Path) -> None:
    check = only(tmp_path, "")
    assert check.heading == "one"
    assert (check.program, check.records, check.outcome, check.points) == (None, True, None, 1)
    assert check.ends_by_itself


def test_a_line_is_a_text_or_a_table_that_says_how_much_of_it_is_meant(tmp_path: Path) -> None:
    check = only(
        tmp_path,
        """expected = ["a b", { contains = "c" }, { regex = "d+", voice = "kernel" }]
        order = "anywhere"
        """,
    )
    assert check.order is Order.ANYWHERE
    assert check.expected == (
        Pattern("a b"),
        Pattern("c", LineKind.CONTAINS),
        Pattern("d+", LineKind.REGEX, Voice.KERNEL),
    )


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "my.elf").touch()
    check = only(
        tmp_path,
        """kernel = "my.elf"
        qemu_status = 33
        dialogue = [{ wait = '\\$ ', send = "ls\\n" }]
        """,
    )
    assert check.kernel == tmp_path / "my.elf"
    assert check.dialogue == (Turn(r"\$ ", "ls\n"),)
    assert not check.records


def test_a_signal_is_a_name_or_a_number_and_means_that_the_program_is_killed(
    tmp_path: Path,
) -> None:
    named = only(tmp_path, 'signal = "SIGSEGV"')
    assert (named.signal, named.outcome) == (11, OutcomeKind.KILLED)
    assert only(tmp_path, "signal = 8").signal == 8


def test_defaults_hold_for_every_check_that_does_not_say_otherwise(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        """
        [defaults]
        program = "hello"
        status = 3
        points = 5
        [[check]]
        name = "as the others"
        [[check]]
        name = "another end"
        outcome = "panic"
        points = 10
        [[check]]
        name = "another program"
        source = "nop"
        """,
    )
    as_the_others, another_end, another_program = file.checks
    assert (as_the_others.program, as_the_others.status, as_the_others.points) == ("hello", 3, 5)
    assert (another_end.status, another_end.points) == (None, 10)
    assert (another_program.program, another_program.source) == (None, "nop")


def test_a_ring3_toml_is_about_its_own_workspace_and_another_file_may_name_one(
    tmp_path: Path,
) -> None:
    own = read(tmp_path, "[image]\ninit = 'hello'\n[[check]]\nname = 'a'\n", "ring3.toml")
    assert own.workspace == tmp_path
    assert [check.name for check in own.checks] == ["a"]
    (tmp_path / "tests").mkdir()
    other = read(tmp_path / "tests", "workspace = '..'\n[[check]]\nname = 'a'\n")
    assert other.workspace == tmp_path / "tests" / ".."
    assert read(tmp_path, "[[check]]\nname = 'a'\n").workspace == tmp_path


def test_without_a_workspace_the_checks_are_about_the_stock_system(tmp_path: Path) -> None:
    assert read(tmp_path, "[[check]]\nname = 'a'\n").workspace is None


KERNEL = "kernel = 'k'\n"


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("expectd = ['a']", 3, "`expectd` is not a key of a check", "did you mean `expected`?"),
        ("points = -1", 3, "`points` must be a number, 0 or more, not -1", None),
        ("points = true", 3, "`points` must be a number", None),
        ("points = nan", 3, "`points` must be a number", None),
        ("time_limit = 0", 3, "`time_limit` must be seconds, more than 0", None),
        ("outcome = 'exitd'", 3, "`outcome` must be one of", "did you mean `exited`?"),
        ("outcome = 'machine-error'", 3, "`outcome` must be one of", None),
        ("order = 'any'", 3, "`order` must be one of sequence", "did you mean `anywhere`?"),
        ("signal = 'SIGFOO'", 3, "`signal` must be a name", None),
        ("memory = '64'", 3, "`memory` must be a size", None),
        ("\nstatus = 256", 4, "`status` must be a whole number, 0 to 255", None),
        ("expected = [1]", 3, "`expected` must be a list of lines", None),
        ("expected = ['''a\nb''']", 3, "is more than a line", "write a list"),
        ("expected = [{ regx = 'a' }]", 3, "no line has a `regx`", "did you mean `regex`?"),
        ("expected = [{ voice = 'kernel' }]", 3, "a table with one of line, contains", None),
        ("expected = [{ line = 'a', voice = 'me' }]", 3, "`voice` must be console or", None),
        ("forbidden = [{ regex = '(' }]", 3, "`(` is no regular expression", "backslash"),
        (
            "order = 'whole'\nexpected = [{ line = 'a', voice = 'kernel' }]",
            4,
            'with order = "whole" every line is the console\'s',
            None,
        ),
        ("dialogue = [{ wait = 'a' }]", 3, "a turn has a `wait` and a `send`", None),
        ("program = 'absent.s'", 3, "there is no file", None),
        ("kernel = 'absent.elf'\nqemu_status = 33", 3, "there is no file", None),
        ("program = 'doors'\nsource = 'nop'", 4, "boots one thing: `program` or `source`", None),
        (KERNEL + "arguments = ['a']\nqemu_status = 1", 4, "for a program on ring3's", None),
        (KERNEL + "stdin = 'a'\nqemu_status = 1", 4, "for a program on", "use `dialogue`"),
        (KERNEL + "status = 0\nqemu_status = 1", 4, "`status` cannot be known", "records = true"),
        (KERNEL + "outcome = 'panic'", 4, "`panic` cannot be known", None),
        (KERNEL + "qemu_status = 0", 4, "a triple fault ends QEMU in the same way", "`expected`"),
        (KERNEL, 2, "nothing is judged in this check", "say `expected` lines"),
        ("qemu_status = 33", 3, "`qemu_status` is for a kernel without records", "use `status`"),
        ("records = false", 3, "ring3's own kernel always tells its end", "leave out"),
        ("initrd = 'k'", 3, "`initrd` goes with `kernel`", None),
        ("image = 'k'\nappend = 'a'\nexpected = ['a']", 4, "its own kernel command line", None),
        ("outcome = 'reset'\nstatus = 1", 4, "a run that ends as `reset` has no exit", None),
        ("signal = 9\nstatus = 1", 3, "`signal` kills the program", None),
        ("deterministic = true\nstdin = 'a'", 4, "nothing is typed in a deterministic", None),
        ("[[check]]\nname = 'one'", 4, "another check called `one` in line 2", None),
        ("[[check]]\ntitle = 'a'", 3, "this check has no `name`", None),
        ("[[chekc]]\nname = 'a'", 3, "`chekc` is nothing that checks have", "did you mean `check`"),
        ("[defaults]\npoint = 1", 4, "`point` is not a key of a check", "did you mean `points`?"),
    ],
)
def test_what_a_check_gets_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, message: str, cure: str | None
) -> None:
    (tmp_path / "k").touch()
    with pytest.raises(SourceError) as caught:
        only(tmp_path, text)
    found = [d for d in caught.value.diagnostics if message in d.message]
    assert found, caught.value.render()
    assert found[0].location.line == line
    assert found[0].location.file == str(tmp_path / "test.ring3.toml")
    assert cure is None or cure in (found[0].help or "")


def test_everything_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, "[[check]]\nname = 'a'\npints = 1\n[[check]]\nname = 'b'\nstatus = 'c'\n")
    assert [d.location.line for d in caught.value.diagnostics] == [3, 6]
    assert "pints = 1" in caught.value.render()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[[check]\n", "not-toml"),
        (b"name = '\xff'\n", "not UTF-8 at byte 8"),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.ring3.toml").write_bytes(content)
    with pytest.raises(Ring3Error, match=message) as caught:
        read_checks(tmp_path / "a.ring3.toml")
    assert "a.ring3.toml" in str(caught.value)


@pytest.mark.parametrize("text", ["check = 1\n", "check = ['a']\n", "[check]\nname = 'a'\n"])
def test_checks_that_are_no_list_of_tables_are_told_how_to_be_one(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    assert "[[check]]" in caught.value.render()


def test_a_check_has_a_field_for_every_key() -> None:
    fields = Check.__dataclass_fields__
    assert set(KEYS) <= set(fields)
