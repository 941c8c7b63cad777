"""Imports go one way: from the command line down to the formats, and never round in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "builder" / "ring3"


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imports(node: ast.AST) -> Iterator[ast.ImportFrom]:
    """Every import but those for the type checker alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.ImportFrom):
            yield child
        yield from imports(child)


def imported(module: str) -> set[str]:
    """The modules of ring3 that ``module`` imports, at its head or when it needs them."""
    found = set()
    for statement in imports(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        source = statement.module or ""
        names = {f"{source}.{alias.name}" for alias in statement.names}
        found |= names & MODULES.keys() or {source} & MODULES.keys()
    return found - {module}


IMPORTED = {module: imported(module) for module in MODULES}


def package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter(IMPORTED).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_package_imports_itself_by_way_of_others() -> None:
    between: dict[str, set[str]] = {}
    for module, others in IMPORTED.items():
        between.setdefault(package(module), set()).update(map(package, others))
    for name, others in between.items():
        others.discard(name)
    del between["ring3"]  # the names that it offers come from where they are made
    try:
        TopologicalSorter(between).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_nothing_below_the_command_line_imports_it() -> None:
    users = {module for module, others in IMPORTED.items() if "ring3.cli" in map(package, others)}
    assert {package(module) for module in users} == {"ring3.cli", "ring3.__main__"}
