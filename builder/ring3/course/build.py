"""A submission's system, built behind a wall out of stock parts that are assembled once.

    stock kernel ──assembled once──> objects, each with the files it was made of ─┐
    the student's files ──> forked child with limits: assembles them, and what    │
                            includes them ────────────────────────────────────────┴─> link ──> Built

The parts are the same objects that ``ring3 run`` would assemble, for a part that
read none of the student's files cannot differ by them.  Nothing but the child ever
assembles a student's file.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from ring3 import files, vdso
from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Object
from ring3.asm.source import display_name
from ring3.confined import CrashError, LimitError, Limits
from ring3.confined.message import Answer, MalformedError
from ring3.confined.supervise import fork
from ring3.course.assignment import GradedSystem
from ring3.course.lab import Built
from ring3.course.submission import RefusedError, Submission
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf import KERNEL, check_program, embed, link
from ring3.elf.debuggable import debuggable
from ring3.image.initrd import Init, build_initrd
from ring3.memory import remembered
from ring3.pipeline import ENVIRONMENT, NOT_KERNEL, link_program
from ring3.tables import DISPATCH_TABLES, STRACE_TABLES
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace, stock

KERNEL_FOLDER, PROGRAMS = "kernel/", "programs/"  # of a workspace, and so of a submission

# A right solution takes about a second of the processor's time.
LIMITS = Limits(cpu_seconds=20, wall_seconds=300.0, file_size=1 << 20, answer=32 << 20)

# What these limits are struck by is in the source; by the others, in the grader's machine.
_STUDENTS = ("cpu_seconds", "memory", "file_size", "files", "answer")

REFUSED = "refused"  # the text of an answer that is no system

DOOR = "door"  # the check's program, as the guest knows it


def build(system: GradedSystem, submission: Submission, folder: Path, seed: int) -> Built:
    """One system: what the student wrote of it, laid over the stock sources, in ``folder``.

    Raises RefusedError for whatever a submission can do to its build, and
    another Ring3Error for a build that failed by itself.
    """
    own = [path for path in (*system.files, *system.optional) if path in submission.files]
    for path in own:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(submission.files[path])
    stock_parts()  # before the fork: the child finds them in its memory
    try:
        answer = fork(partial(_answer, system, own, folder, seed), _limits(system, folder))
        if REFUSED in answer.texts:
            raise RefusedError(as_handed_in(answer.text(REFUSED), folder))
        return _built(answer)
    except SourceError as error:
        words = "\n\n".join(diagnostic.render() for diagnostic in error.diagnostics)
        raise RefusedError(as_handed_in(words, folder)) from error
    except LimitError as error:
        if error.limit not in _STUDENTS:
            raise
        raise RefusedError(
            error.message.replace("the confined build", "the build of it"),
            help="a macro or a repetition without end is the usual cause",
        ) from error
    except CrashError as error:
        raise RefusedError(
            "the assembler crashed on it", help="show it to your teacher: that should not happen"
        ) from error
    except MalformedError as error:
        raise Ring3Error("the confined build answered what no build answers") from error


def _limits(system: GradedSystem, folder: Path) -> Limits:
    """Whatever a source does, the child can open what it is built of, and no other file."""
    sources = stock()
    own = (folder, system.program.resolve().parent)
    return replace(LIMITS, folders=tuple(map(str, (*own, sources.kernel, sources.user))))


def as_handed_in(text: str, folder: Path) -> str:
    """What is said of files in ``folder`` and of the stock ones, as the student knows them."""
    sources = stock()
    for path, name in ((folder, ""), (sources.kernel, "kernel_src/"), (sources.user, "user_src/")):
        text = text.replace(f"{display_name(path)}/", name).replace(f"{path}/", name)
    return text


# ----------------------------------------------------------------------------
# What is the same for every submission.


@dataclass(frozen=True)
class Part:
    """Something that was made of sources, and of which: paths below kernel_src."""

    made: Object
    sources: frozenset[str]


@cache
def stock_parts() -> Mapping[str, Part]:
    """Every object of the stock kernel, in the order of its link; the vDSOs are ``vdso…``."""
    workspace = Workspace()
    generated = generated_sources(workspace)
    roots = map(str, workspace.kernel_roots)
    question = ("course parts", *workspace.kernel_files(), "below", *roots)
    return remembered(question, lambda: _assembled(workspace), generated)


def _assembled(workspace: Workspace) -> Mapping[str, Part]:
    with files.once():
        tree = SourceTree(workspace.kernel_roots, generated_sources(workspace))
        return {name: _part(make, tree) for name, make in _recipes(workspace).items()}


Recipe = Callable[[SourceTree], Object]


def _recipes(workspace: Workspace) -> dict[str, Recipe]:
    """How each part of a kernel is made."""
    recipes: dict[str, Recipe] = {}
    sources = {n: p for n, p in workspace.kernel_files().items() if not n.startswith(NOT_KERNEL)}
    sources |= {name: Path(name) for name in (DISPATCH_TABLES, STRACE_TABLES)}
    for name, path in sources.items():
        recipes[name] = partial(assemble_file, path)
    recipes["vdso64"] = lambda tree: embed("vdso64", vdso.link_vdso64(tree).data)
    for door in vdso.DOORS32:
        recipes[f"vdso32_{door}"] = partial(_embedded_vdso32, door)
    return recipes


def _embedded_vdso32(door: str, tree: SourceTree) -> Object:
    return embed(f"vdso32_{door}", vdso.link_vdso32(tree, door).data)


def _part(make: Recipe, tree: SourceTree) -> Part:
    with files.noting() as notes:
        made = make(tree)
    read = {name for kind, name in notes if kind == "file"}
    below = [root for root in tree.roots if root == stock().kernel]
    return Part(made, frozenset(_relative(read, below)))


def _relative(paths: Iterable[str], roots: Sequence[Path]) -> Iterable[str]:
    for path in map(Path, paths):
        for root in roots:
            if path.is_relative_to(root):
                yield path.relative_to(root).as_posix()


# ----------------------------------------------------------------------------
# In the child.


def _answer(system: GradedSystem, own: Sequence[str], folder: Path, seed: int) -> Answer:
    """What was made; or what is wrong with it, where that is no matter of a line."""
    try:
        return _make(system, own, folder, seed)
    except SourceError:
        raise
    except Ring3Error as error:
        return Answer({}, {REFUSED: "\n".join(filter(None, (error.message, error.help)))})


def _make(system: GradedSystem, own: Sequence[str], folder: Path, seed: int) -> Answer:
    parts = stock_parts()
    changed = {path.removeprefix(KERNEL_FOLDER) for path in own if path.startswith(KERNEL_FOLDER)}
    workspace = Workspace(folder=folder, kernel_sources=folder / KERNEL_FOLDER)
    tree = SourceTree(workspace.kernel_roots, generated_sources(Workspace()))
    objects: list[Object] = []
    errors: list[SourceError] = []
    for name, make in _recipes(workspace).items():
        if name in parts and changed.isdisjoint(parts[name].sources):
            objects.append(parts[name].made)
            continue
        try:
            objects.append(make(tree))
        except SourceError as error:
            errors.append(error)
    if errors:
        raise SourceError(diagnostic for error in errors for diagnostic in error.diagnostics)
    kernel = link(objects, KERNEL)
    sources = [folder / path for path in own if path.startswith(PROGRAMS) and path.endswith(".s")]
    program = link_program([system.program, *sources], workspace)
    check_program(program.data, DOOR)
    init = _init(seed)
    start, end = (kernel.symbols[f"vdso64_{edge}"] for edge in ("start", "end"))
    return Answer(
        {
            "kernel": debuggable(kernel),
            "initrd": build_initrd({f"bin/{DOOR}": program.data}, init),
            "executable": program.data,
            "vdso": kernel.contents(start, end),
        },
        {
            "symbols": json.dumps(dict(kernel.symbols)),
            "program": json.dumps(dict(program.symbols)),
            "arguments": json.dumps(init.arguments),
            "environment": json.dumps(init.environment),
        },
    )


def _init(seed: int) -> Init:
    """What the program is started with: other words for every grading."""
    draw = random.Random(f"{seed}/arguments")
    words = [_word(draw) for _ in range(draw.randrange(1, 6))]
    environment = tuple(f"{name}={value}" for name, value in ENVIRONMENT.items())
    return Init(path=f"bin/{DOOR}", arguments=(DOOR, *words), environment=environment)


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(string.ascii_lowercase, k=draw.randrange(1, 12)))


# ----------------------------------------------------------------------------
# In the parent again.


def _built(answer: Answer) -> Built:
    return Built(
        kernel=answer.file("kernel"),
        initrd=answer.file("initrd"),
        command_line="",
        symbols=_symbols(answer.text("symbols")),
        executable=answer.file("executable"),
        program=_symbols(answer.text("program")),
        vdso=answer.file("vdso"),
        arguments=_texts(answer.text("arguments")),
        environment=_texts(answer.text("environment")),
    )


def _symbols(text: str) -> dict[str, int]:
    found = _decoded(text)
    if not isinstance(found, dict) or not all(type(value) is int for value in found.values()):
        raise MalformedError
    return found


def _texts(text: str) -> tuple[str, ...]:
    found = _decoded(text)
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise MalformedError
    return tuple(found)


def _decoded(text: str) -> object:
    try:
        decoded: object = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError from None
    return decoded
