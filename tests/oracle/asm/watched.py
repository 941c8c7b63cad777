"""One hostile source, assembled under watch: what came of it, and whether that may be.

    a source ──> Trial ─┬─ Object ─ write_object ─> accepted ── GNU as ─> same bytes?
                        ├─ Ring3Error ─ render, as_data ─────> refused, with its codes
                        └─ anything else ────────────────────> a Finding
       while it runs: an audit hook sees every open, and a timer the time

A Finding is another exception than ours, too much time or memory, a read outside of
the folders that the source may include from, or what GNU as assembles otherwise.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType

from oracle.asm.compared_objects import GnuAs, assert_same, from_object
from ring3.asm import SourceTree, assemble, assemble_file
from ring3.asm.object import Object
from ring3.diagnostic import Ring3Error, SourceError
from ring3.elf.object_file import write_object

STOCK = tuple(Path(__file__).parents[3] / name for name in ("kernel_src", "user_src"))
MOST_SECONDS = 10.0
"""Of processor time for one source, on a machine that has other things to do as well."""
MOST_MEMORY = 1 << 30
"""Bytes of address space beyond what the process has before the first source."""
_LARGEST_COMPARED = 1 << 20  # bytes: GNU as writes all of them to a file


@dataclass(frozen=True)
class Finding:
    """What should not be: ``signature`` is the same for all that have one cause."""

    signature: str
    details: str


@dataclass(frozen=True)
class Result:
    """What came of one source; ``codes`` are those of its errors, none when it was accepted."""

    codes: tuple[str, ...] = ()
    made: Object | None = None
    finding: Finding | None = None


class Sandbox:
    """A folder to include from, with everything in it that leads out of it or nowhere."""

    def __init__(self, folder: Path) -> None:
        self.inside, self.outside = folder / "inside", folder / "outside"
        for made in (self.inside / "sub", self.inside / "folder.inc", self.outside):
            made.mkdir(parents=True)
        (self.outside / "secret.inc").write_text("secret: .byte 42\n")
        texts = {
            "fine.inc": ".set fine, 1\n",
            "sub/fine.inc": "nop\n",
            "loop.inc": '.include "loop.inc"\n',
            "loop1.inc": '.include "loop2.inc"\n',
            "loop2.inc": '.include "loop1.inc"\n',
        }
        for name, text in texts.items():
            (self.inside / name).write_text(text)
        (self.inside / "latin.inc").write_bytes(b"# \xe9\n")
        (self.inside / "zeros.inc").write_bytes(bytes(4096))
        with (self.inside / "huge.inc").open("wb") as stream:
            stream.truncate(1 << 34)
        links = {
            "link.inc": "../outside/secret.inc",
            "linked": "../outside",
            "dangling.inc": "nowhere",
            "circle.inc": "circle.inc",
            "device.inc": "/dev/zero",
            "proc.inc": "/proc/self/environ",
        }
        for name, target in links.items():
            (self.inside / name).symlink_to(target)
        os.mkfifo(self.inside / "pipe.inc")
        self.source = self.inside / "source.s"
        self.tree = SourceTree((self.inside, *STOCK))


class ReadWatch:
    """Notes every file and folder that Python opens outside of some folders, while it watches.

    Python's audit events (PEP 578) come from the interpreter itself, whatever
    function it was that opened; a hook cannot be taken back, so that there is
    one for the whole process.
    """

    _EVENTS = ("os.", "socket.", "subprocess.", "shutil.", "glob.", "ctypes.dlopen", "tempfile.")
    _current: ReadWatch | None = None
    _is_installed = False

    def __init__(self, *allowed: Path) -> None:
        self.allowed = tuple(os.path.realpath(path) for path in allowed)
        self.seen: list[str] = []

    @contextmanager
    def watching(self) -> Iterator[ReadWatch]:
        """Within the block every event counts; what was not allowed is in ``seen``."""
        if not ReadWatch._is_installed:
            sys.addaudithook(ReadWatch._hook)
            ReadWatch._is_installed = True
        self.seen.clear()
        ReadWatch._current = self
        try:
            yield self
        finally:
            ReadWatch._current = None

    @staticmethod
    def _hook(event: str, arguments: tuple[object, ...]) -> None:
        watch = ReadWatch._current
        if watch is None:
            return
        if event == "open":
            ReadWatch._current = None  # to find the real path opens nothing, but be sure
            watch._note_open(arguments[0])
            ReadWatch._current = watch
        elif event.startswith(ReadWatch._EVENTS):
            watch.seen.append(f"{event} {arguments}")

    def _note_open(self, path: object) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            self.seen.append(f"open of the descriptor {path}")
            return
        real = os.path.realpath(os.fsdecode(path))
        if not any(real == folder or real.startswith(folder + "/") for folder in self.allowed):
            self.seen.append(f"open {real}")


class TooMuchTime(BaseException):
    """The time of one source is over; no ``except Exception`` stops it."""


class Trial:
    """Assembles sources in this process, which should have no other purpose."""

    def __init__(self, folder: Path) -> None:
        self.sandbox = Sandbox(folder)
        self.gnu_as = GnuAs(folder)
        self.watch = ReadWatch(*self.sandbox.tree.roots)
        os.environ["RING3_CACHE"] = ""
        self._warm_up()

    def _warm_up(self) -> None:
        """Import all that the assembler imports when it first needs it."""
        import_module("capstone")
        for text in (".intel_syntax noprefix\nmov eax, [rbx + 4]\nvaddps ymm0, ymm1, ymm2\n", "?"):
            self._assemble(text)

    def run(self, text: str) -> Result:
        """Assemble a source, from memory or from a file."""
        with self.watch.watching() as watch, _limited_time():
            end = self._assemble(text)
        if watch.seen:
            return Result(finding=Finding(f"reads outside: {watch.seen[0]}", "\n".join(watch.seen)))
        if isinstance(end, Object):
            return Result(made=end)
        return _refused(end) if isinstance(end, Ring3Error) else Result(finding=_finding(end))

    def _assemble(self, text: str) -> Object | BaseException:
        try:
            made = self._object(text)
            write_object(made)
        except (Exception, TooMuchTime) as error:
            return error
        return made

    def _object(self, text: str) -> Object:
        """Some of them from a file, whose bytes may be no UTF-8."""
        if len(text) % 8:
            return assemble(text, tree=self.sandbox.tree)
        self.sandbox.source.write_bytes(text.encode(errors="surrogatepass"))
        return assemble_file(self.sandbox.source, self.sandbox.tree)

    def compared(self, text: str, made: Object) -> Result:
        """Ask GNU as as well what a source means that was accepted."""
        if sum(section.size for section in made.sections.values()) > _LARGEST_COMPARED:
            return Result(made=made)
        try:
            theirs = self.gnu_as.assemble(text, folders=self.sandbox.tree.roots, bits=made.bits)
            assert_same(from_object(made), theirs, "this source")
        except AssertionError as difference:
            said = str(difference)
            error = re.search(r"Error: .*", said)
            cause = error[0] if error else said.partition("\n")[0]
            return Result(finding=Finding(f"GNU as: {cause[:60]}", said[:4000]))
        return Result(made=made)


def _refused(error: Ring3Error) -> Result:
    try:
        assert error.render().encode()
        assert json.dumps(error.as_data()).encode()
    except Exception as failure:
        return Result(finding=_finding(failure))
    if isinstance(error, SourceError):
        return Result(tuple(sorted({diagnostic.code for diagnostic in error.diagnostics})))
    return Result(("no-source",))


def _finding(error: BaseException) -> Finding:
    """Named after the exception and the deepest place in ring3 that it came through."""
    places = [
        f"{Path(frame.filename).name}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "/ring3/" in frame.filename
    ]
    where = "" if isinstance(error, TooMuchTime) or not places else f" in {places[-1]}"
    trace = "".join(traceback.format_exception(error))
    return Finding(f"{type(error).__name__}{where}", trace[-4000:])


@contextmanager
def _limited_time() -> Iterator[None]:
    def strike(_number: int, _frame: FrameType | None) -> None:
        raise TooMuchTime

    before = signal.signal(signal.SIGPROF, strike)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def limit_process(seconds: int) -> None:
    """Bound this process' memory, and its time in all: what a timer of Python cannot stop."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, used + MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
