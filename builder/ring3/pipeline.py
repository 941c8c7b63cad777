"""From sources to a system that boots: the whole way, top to bottom.

    kernel_src/syscall/syscalls.tbl ──> generated tables ─┐
    kernel_src/vdso/*.s ──assemble, link──> vDSOs ────────┤ embedded
    kernel_src/**/*.s ──assemble──> objects ──────────────┴──link──> kernel.elf
    user_src/**/*.s, the user's .s, .c and ELF files ──> programs ──> initrd.tar
                                             kernel.elf + initrd.tar ──> disk, ISO or EFI image

Every source is assembled before anything is refused, so that one build shows
all the errors there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ring3 import ahead, files
from ring3.asm import SourceTree, assemble_file
from ring3.asm.object import Binding, Object
from ring3.diagnostic import Diagnostic, Ring3Error, SourceError, nearest
from ring3.elf import KERNEL, PROGRAM, PROGRAM32, Linked, check_program, embed, link
from ring3.elf.linker import Parts
from ring3.image import ImageFormat
from ring3.image.initrd import Init, build_initrd
from ring3.memory import remembered
from ring3.tables import ABSENT_CALLS, DISPATCH_TABLES, STRACE_TABLES
from ring3.tables.generated import generated_sources
from ring3.workspace import Workspace

if TYPE_CHECKING:
    from ring3.elf.shared import SharedObject

LIBRARY = "user_src/lib"  # what it defines, as a fact that a program depends on

Made = TypeVar("Made")

# As a linker sees an archive: who defines a name.
Archive = dict[str, Callable[[], Object]]

PROGRAM_LAYOUTS = {64: PROGRAM, 32: PROGRAM32}

C_SUFFIX, OBJECT_SUFFIX = ".c", ".o"

DEFAULT_PROGRAM = "doors"

# Linux gives its first program these two and nothing else.
ENVIRONMENT: Mapping[str, str] = {"HOME": "/", "TERM": "linux"}

# Parts of kernel_src that are not linked into kernel.elf: what goes into the
# vDSO, and the loaders, which run before there is a kernel.
EFI_LOADER = "boot/efi/"
NOT_KERNEL = ("vdso/", "compat/vdso/", "boot/disk/", EFI_LOADER)


@dataclass(frozen=True)
class Program:
    """An executable: ``name`` is its file in the initrd's ``bin/``.

    ``linked`` is how it was made, if it was made of sources here.
    """

    name: str
    data: bytes
    origin: str
    linked: Linked | None = field(default=None, repr=False, compare=False)

    @property
    def path(self) -> str:
        return f"bin/{self.name}"

    def debuggable(self) -> bytes:
        """The same with debugging information, if it has any or can be given some."""
        from ring3.elf.debuggable import debuggable  # noqa: PLC0415  # images need none of it

        return self.data if self.linked is None else debuggable(self.linked)


class Kernel(NamedTuple):
    """kernel.elf, and the vDSOs in it: ``vdso64``, and ``vdso32_DOOR`` for each 32-bit door."""

    linked: Linked
    vdsos: Mapping[str, SharedObject]


@dataclass(frozen=True)
class System:
    """All that an image is made of."""

    kernel: Linked
    vdsos: Mapping[str, SharedObject] = field(repr=False)
    initrd: bytes
    command_line: str
    programs: tuple[Program, ...]
    init: Init

    @property
    def vdso(self) -> bytes:
        """The shared object that 64-bit programs find, as the kernel has it."""
        start, end = (self.kernel.symbols[f"vdso64_{edge}"] for edge in ("start", "end"))
        return self.kernel.contents(start, end)


def build(
    programs: Sequence[str] = (),
    *,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    init: str | None = None,
    append: str = "",
    workspace: Workspace | None = None,
    stock_programs: bool = True,
) -> System:
    """Build the kernel and an initrd with ``programs``; the first is process 1 unless ``init``.

    A program is a ``.s`` or ``.c`` file, a static ELF, or the name of a stock or
    workspace program.  ``arguments`` follow argv[0].  Raises SourceError with
    every error of every source, and Ring3Error for what is not a program.
    """
    workspace = workspace or Workspace()
    first = init or next(iter(programs), None) or workspace.init or DEFAULT_PROGRAM
    stock = workspace.stock_programs()
    wanted = [*programs, first, *workspace.programs, *(stock if stock_programs else ())]

    errors = _Errors()
    built: dict[str, Program] = {}
    known = {**stock, **workspace.programs}
    typed_paths = [known[name] for name in wanted if name in known]
    with files.once(), ahead.helped(lambda: _jobs(workspace, typed_paths)):
        with errors.gathered():
            kernel = build_kernel(workspace)
        with errors.gathered():
            parts = _program_parts(workspace)
            for typed in dict.fromkeys(wanted):
                with errors.gathered():
                    path = _find_program(typed, known)
                    built[typed] = _program(path, typed, parts)
        errors.raise_any()

    included = _one_of_each_name(built.values())
    started = Init(
        path=built[first].path,
        arguments=(first, *arguments),
        environment=tuple(f"{k}={v}" for k, v in {**ENVIRONMENT, **(environment or {})}.items()),
    )
    members = {program.path: program.data for program in included}
    members |= {name: path.read_bytes() for name, path in workspace.files.items()}
    return System(
        kernel=kernel.linked,
        vdsos=kernel.vdsos,
        initrd=build_initrd(members, started),
        command_line=" ".join(part for part in (workspace.append, append) if part),
        programs=included,
        init=started,
    )


def pack(
    system: System,
    workspace: Workspace,
    image_format: ImageFormat = ImageFormat.DISK,
    *,
    efi: bool = False,
) -> bytes:
    """A bootable image; ``efi`` makes a disk that UEFI starts as well as a BIOS.

    Not for ``ImageFormat.KERNEL``, which is two files: the parts as they are.
    """
    if image_format is ImageFormat.ISO:
        from ring3.image.iso import build_iso as build_it  # noqa: PLC0415  # each only if needed
    elif image_format is ImageFormat.EFI:
        from ring3.image.efi import build_efi as build_it  # noqa: PLC0415
    elif efi:
        from ring3.image.disk import build_gpt_disk as build_it  # noqa: PLC0415
    else:
        from ring3.image.disk import build_disk as build_it  # noqa: PLC0415
    tree = SourceTree(workspace.kernel_roots)
    return build_it(system.kernel, system.initrd, system.command_line, tree)


def _jobs(workspace: Workspace, programs: Iterable[Path]) -> Iterator[Callable[[], object]]:
    """What a whole build makes and remembers, in its order."""
    tree, parts = _kernel_tree(workspace), _program_parts(workspace)
    for path in (*_kernel_sources(workspace), *_sources_beside_kernel(workspace)):
        if path.suffix == ".s":
            yield partial(assemble_file, path, tree)
    for path in dict.fromkeys(programs):
        if path.suffix == ".s":
            yield partial(_program, path, path.stem, parts)


def build_kernel(workspace: Workspace) -> Kernel:
    """Assemble and link kernel.elf, with the vDSOs in it; what is as it was is remembered."""
    tree = _kernel_tree(workspace)
    sources = _kernel_sources(workspace)
    is_compatible = "compat" not in workspace.without
    vdsos = files.kept(lambda: _link_vdsos(tree, is_compatible=is_compatible))

    def make() -> Linked:
        return _link_kernel(sources, tree, vdsos)

    if any(path.suffix == C_SUFFIX for path in sources):  # who knows what a compiler reads
        return Kernel(make(), vdsos())
    question = (
        "kernel",
        *map(str, sources),
        "below",
        *map(str, tree.roots),
        f"compatible {is_compatible}",
    )
    linked = _remembered_link(question, make, tree.generated)
    return Kernel(linked, _Later(files.as_now(vdsos)))


def _kernel_tree(workspace: Workspace) -> SourceTree:
    return SourceTree(workspace.kernel_roots, generated_sources(workspace))


def _kernel_sources(workspace: Workspace) -> list[Path]:
    written = [
        path for name, path in workspace.kernel_files().items() if not name.startswith(NOT_KERNEL)
    ]
    return written + [Path(name) for name in _generated_objects(workspace)]


def _sources_beside_kernel(workspace: Workspace) -> list[Path]:
    beside = tuple(folder for folder in NOT_KERNEL if folder != EFI_LOADER)  # few images have it
    return [path for name, path in workspace.kernel_files().items() if name.startswith(beside)]


def _generated_objects(workspace: Workspace) -> Iterator[str]:
    yield DISPATCH_TABLES
    if workspace.without:
        yield ABSENT_CALLS
    if "strace" not in workspace.without:
        yield STRACE_TABLES


def _link_kernel(
    sources: Sequence[Path], tree: SourceTree, vdsos: Callable[[], Mapping[str, SharedObject]]
) -> Linked:
    objects = []
    errors = _Errors()
    for path in sources:
        with errors.gathered():
            objects.append(_object(path, tree, in_kernel=True))
    with errors.gathered():
        objects += [embed(name, shared.data) for name, shared in vdsos().items()]
    errors.raise_any()
    return link(objects, KERNEL)


def _link_vdsos(tree: SourceTree, *, is_compatible: bool) -> Mapping[str, SharedObject]:
    from ring3 import vdso  # noqa: PLC0415  # not for a kernel that is remembered

    vdsos: dict[str, SharedObject] = {}
    errors = _Errors()
    with errors.gathered():
        vdsos["vdso64"] = vdso.link_vdso64(tree)
    for door in vdso.DOORS32 if is_compatible else ():
        with errors.gathered():
            vdsos[f"vdso32_{door}"] = vdso.link_vdso32(tree, door)
    errors.raise_any()
    return vdsos


def _remembered_link(
    question: Iterable[str], make: Callable[[], Linked], facts: Mapping[str, str]
) -> Linked:
    """What ``make`` links; where it is remembered, its parts are linked again when asked for."""
    fresh: list[Linked] = []

    def link_now() -> Linked:
        fresh.append(make())
        return replace(fresh[0], describe=_forgotten)

    known = remembered(question, link_now, facts)
    return fresh[0] if fresh else replace(known, describe=files.as_now(lambda: make().parts))


def _forgotten() -> Parts:
    raise AssertionError("the parts of a link are not remembered")


class _Later(Mapping[str, Made]):
    """What ``make`` gives, made when it is looked into."""

    def __init__(self, make: Callable[[], Mapping[str, Made]]) -> None:
        self._make = cache(make)

    def __getitem__(self, name: str) -> Made:
        return self._make()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._make())

    def __len__(self) -> int:
        return len(self._make())


def link_vdso(workspace: Workspace, bits: int, door: str) -> SharedObject:
    """The vDSO of 64 bits, or the one of 32 that enters the kernel by ``door``."""
    from ring3 import vdso  # noqa: PLC0415  # likewise

    tree = _kernel_tree(workspace)

    return vdso.link_vdso64(tree) if bits == 64 else vdso.link_vdso32(tree, door)


def link_program(sources: Sequence[Path], workspace: Workspace) -> Linked:
    """Assemble and link one program; what it lacks comes from ``user_src/lib``."""
    with files.once():
        return _link_program(sources, _program_parts(workspace))


def _link_program(sources: Sequence[Path], parts: _ProgramParts) -> Linked:
    objects = []
    errors = _Errors()
    for path in sources:
        with errors.gathered():
            objects.append(_object(path, parts.tree(path.parent)))
    errors.raise_any()
    bits = objects[0].bits
    for other in objects:
        if other.bits != bits:
            raise Ring3Error(
                f"{objects[0].name} is {bits}-bit code, {other.name} is {other.bits}-bit code:"
                " they cannot be one program",
                help="`.code32` before anything else makes a source one of the i386",
            )
    return link(objects, PROGRAM_LAYOUTS[bits], library=_Later(lambda: parts.library(bits)))


def assemble_program_part(source: Path, workspace: Workspace) -> Object:
    """One source of a program, not yet linked: what ``ring3 asm -c`` writes."""
    return _object(source, _user_tree(workspace, source.parent))


def _object(path: Path, tree: SourceTree, *, in_kernel: bool = False) -> Object:
    """A part of a program or of the kernel: assembled, compiled, or made by another toolchain."""
    if path.suffix not in (C_SUFFIX, OBJECT_SUFFIX):
        return assemble_file(path, tree)
    from ring3 import compiler  # noqa: PLC0415  # for what is not ours alone

    if path.suffix == OBJECT_SUFFIX:
        return compiler.read_object(path.read_bytes(), path)
    return compiler.compile_part(path, compiler.KERNEL_PART if in_kernel else compiler.PART)


def _user_tree(workspace: Workspace, *own: Path) -> SourceTree:
    """A program may include from its own folder, the workspace and the stock sources."""
    return SourceTree((*own, *workspace.user_roots), generated_sources(workspace))


@dataclass(frozen=True)
class _ProgramParts:
    """What every program is made with; the library is assembled for who needs any of it."""

    workspace: Workspace
    generated: Mapping[str, str]

    def tree(self, *own: Path) -> SourceTree:
        """A program may include from its own folder, the workspace and the stock sources."""
        return SourceTree((*own, *self.workspace.user_roots), self.generated)

    def library(self, bits: int) -> Archive:
        """Every global of ``user_src/lib`` for code of this width."""
        files.fact(LIBRARY, self.contents)
        return self._archives[bits]

    @cached_property
    def contents(self) -> str:
        """Every global of the library: its bits, its name, its file."""
        question = ("library", *self._members, "below", *map(str, self.tree().roots))
        return remembered(question, lambda: _contents(self._members), self.generated)

    @cached_property
    def _members(self) -> Mapping[str, Callable[[], Object]]:
        tree = self.tree()
        return {
            str(path): files.kept(partial(assemble_file, path, tree))
            for path in self.workspace.library()
        }

    @cached_property
    def _archives(self) -> Mapping[int, Archive]:
        archives: dict[int, Archive] = {bits: {} for bits in PROGRAM_LAYOUTS}
        for line in self.contents.splitlines():
            bits, symbol, path = line.split("\t")
            archives[int(bits)][symbol] = self._members[path]
        return archives


def _program_parts(workspace: Workspace) -> _ProgramParts:
    return _ProgramParts(workspace, generated_sources(workspace))


def _contents(members: Mapping[str, Callable[[], Object]]) -> str:
    """A line for every global that a member of the library defines."""
    lines = []
    errors = _Errors()
    for path, assemble_member in members.items():
        with errors.gathered():
            member = assemble_member()
            lines += [
                f"{member.bits}\t{symbol.name}\t{path}\n"
                for symbol in member.symbols.values()
                if symbol.defined and symbol.binding is not Binding.LOCAL
            ]
    errors.raise_any()
    return "".join(lines)


def _program(path: Path, typed: str, parts: _ProgramParts) -> Program:
    if path.suffix == ".s":
        tree = parts.tree(path.parent)
        facts = {**tree.generated, LIBRARY: parts.contents}
        question = ("program", str(path), "below", *map(str, tree.roots))
        linked = _remembered_link(question, lambda: _link_program([path], parts), facts)
        return Program(path.stem, linked.data, str(path), linked)
    is_source = path.suffix == C_SUFFIX
    if is_source:
        from ring3 import compiler  # noqa: PLC0415  # likewise

        data = compiler.compile_program(path)
    else:
        data = path.read_bytes()
    check_program(data, typed)
    return Program(path.stem if is_source else path.name, data, str(path))


def _find_program(typed: str, known: Mapping[str, Path]) -> Path:
    """As a shell would: a name is looked up, what has a slash or a suffix is a file."""
    if typed in known:
        return known[typed]
    path = Path(typed)
    if path.is_file():
        return path
    if path.is_dir():
        raise Ring3Error(f"{typed} is a folder, not a program")
    if path.suffix or "/" in typed:
        raise Ring3Error(f"there is no file {typed}")
    near = nearest(typed, known)
    cure = f"did you mean `{near}`?" if near else "the stock programs are " + ", ".join(known)
    raise Ring3Error(
        f"there is no program `{typed}`, neither a file nor a stock program", help=cure
    )


def _one_of_each_name(programs: Iterable[Program]) -> tuple[Program, ...]:
    """Two different programs cannot be one file of the initrd; the same one named twice can."""
    found: dict[str, Program] = {}
    for program in programs:
        other = found.setdefault(program.name, program)
        if other is program:
            continue
        if Path(other.origin).resolve() != Path(program.origin).resolve():
            raise Ring3Error(
                f"both {other.origin} and {program.origin} would be {program.path} in the image",
                help="rename one of them",
            )
    return tuple(sorted(found.values(), key=lambda program: program.name))


class _Errors:
    """Gathers the errors of many sources, so that one build reports them all."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Go on behind the block when its sources have errors, after noting them."""
        try:
            yield
        except SourceError as error:
            self._found += error.diagnostics

    def raise_any(self) -> None:
        """Raise one SourceError if anything was noted."""
        if self._found:
            raise SourceError(self._found)
