"""The sources that are made from the kernel's tables, remembered while the tables stay the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from ring3 import files
from ring3.asm.source import display_name
from ring3.memory import remembered
from ring3.tables import ABSENT_CALLS, NAMES, SOURCES, STRACE_TABLES, TABLE
from ring3.workspace import Workspace


def generated_sources(workspace: Workspace) -> Mapping[str, str]:
    """The sources that are made from the kernel's tables, by name; made when one is asked for."""
    return _Generated(workspace)


class _Generated(Mapping[str, str]):
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, name: str) -> str:
        if name not in SOURCES:  # most that is included is a file
            raise KeyError(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    @cached_property
    def _made(self) -> Mapping[str, str]:
        workspace = self._workspace
        calls, names = workspace.kernel_file(TABLE), workspace.kernel_file(NAMES)
        texts = [files.read(path).decode() for path in (calls, names)]
        left_out = tuple(files.read(path).decode() for path in workspace.files_left_out().values())
        is_whole = not workspace.without
        return _generated(
            *texts, display_name(calls), display_name(names), None if is_whole else left_out
        )


@cache
def _generated(
    table: str, names: str, table_file: str, names_file: str, left_out: tuple[str, ...] | None
) -> Mapping[str, str]:
    """Once for each text: every program asks for them."""

    def make() -> Mapping[str, str]:
        from ring3.tables.strace import generate_strace  # noqa: PLC0415  # seldom needed
        from ring3.tables.system_calls import absent_calls, generate, parse  # noqa: PLC0415

        rows = parse(table, table_file)
        made = generate(table, table_file)
        made |= {STRACE_TABLES: generate_strace(rows, names, names_file)}
        if left_out is not None:
            made[ABSENT_CALLS] = absent_calls(rows, left_out)
        return made

    question = ("generated", table, names, table_file, names_file)
    without = () if left_out is None else ("without", *left_out)
    return remembered((*question, *without), make)
