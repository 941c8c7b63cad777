"""Record the ends of the wrong kernels for tests/unit/postmortem: `make record-wrong-kernels`.

    a wrong kernel ──second run──> Case ──all rules, the report──> what they asked for
                                                                      └──> NAME.json.xz

Only the page frames and the names that were asked for are kept: a few thousand bytes each.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from boot.wrong_kernels.library import Mistake, build, mistakes
from ring3.machine import Accelerator, Options, OutcomeKind
from ring3.postmortem import case_of
from ring3.postmortem.log import parse
from ring3.postmortem.memory import Memory
from ring3.postmortem.report import report
from ring3.postmortem.rerun import run_again
from ring3.postmortem.rules import RULES, find
from ring3.postmortem.symbols import Constant, Line, Place, Symbols
from ring3.postmortem.writer import writer_of
from unit.postmortem.recording import FOLDER, Recording

PATIENCE = 30.0
EVENTS_BEFORE = 3
"""What is kept of the log before the chain begins."""


@dataclass
class RecordingMemory:
    """Memory that notes what was read."""

    memory: Memory
    pages: dict[int, bytes] = field(default_factory=dict)

    def page(self, number: int) -> bytes | None:
        found = self.memory.page(number)
        if found is not None:
            self.pages[number] = found
        return found


@dataclass
class RecordingSymbols:
    """Symbols that note what was asked."""

    symbols: Symbols
    places: dict[int, Place] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    bytes_of_files: dict[tuple[int, int], bytes] = field(default_factory=dict)
    found: dict[str, Sequence[int]] = field(default_factory=dict)
    named: dict[int, Sequence[Constant]] = field(default_factory=dict)

    def place(self, address: int) -> Place | None:
        place = self.symbols.place(address)
        if place is not None:
            self.places[address] = place
        return place

    def address(self, name: str) -> int | None:
        address = self.symbols.address(name)
        if address is not None:
            self.addresses[name] = address
        return address

    def constants(self, address: int) -> Sequence[Constant]:
        self.named[address] = self.symbols.constants(address)
        return self.named[address]

    def file_bytes(self, address: int, size: int) -> bytes | None:
        data = self.symbols.file_bytes(address, size)
        if data is not None:
            self.bytes_of_files[address, size] = data
        return data

    def instructions(self, text: str) -> Sequence[int]:
        self.found[text] = self.symbols.instructions(text)
        return self.found[text]


def record(mistake: Mistake, folder: Path) -> Recording:
    """Run a wrong kernel and note all that its post-mortem asks for."""
    kernel = build(mistake, folder)
    outcome = kernel.run(OutcomeKind(mistake.ends))
    options = Options(deterministic=True, timeout=None)
    second = run_again(kernel.machine, kernel.boot, options, folder, PATIENCE)
    case = case_of(outcome, second, kernel.boot, kernel.files)
    begin = len(case.log.events) - len(case.chain) - EVENTS_BEFORE if case.chain else 0
    log = replace(case.log, events=parse(second.log).events[max(0, begin) :])
    memory, symbols = RecordingMemory(case.memory), RecordingSymbols(case.symbols)
    noted = replace(case, log=log, memory=memory, symbols=symbols, _decoded={})
    for rule in RULES:
        rule.find(noted)
    known = find(case)
    deterministic = replace(options, accelerator=Accelerator.TCG)
    writer = (
        None
        if known is None
        else writer_of(known[1], case, kernel.machine, kernel.boot, deterministic, folder)
    )
    report(noted, writer=writer)
    return Recording(
        case=replace(noted, memory=case.memory, symbols=case.symbols),
        pages=memory.pages,
        places={at: _without_folder(place, folder) for at, place in symbols.places.items()},
        addresses=symbols.addresses,
        file_bytes=symbols.bytes_of_files,
        instructions=symbols.found,
        constants={at: _all_without_folder(each, folder) for at, each in symbols.named.items()},
        writer=writer,
    )


def _without_folder(place: Place, folder: Path) -> Place:
    """The folder of this recording is in no recording."""
    if place.line is None:
        return place
    calls = tuple((macro, _shortened(at, folder)) for macro, at in place.calls)
    return replace(place, line=_shortened(place.line, folder), calls=calls)


def _all_without_folder(named: Sequence[Constant], folder: Path) -> list[Constant]:
    return [replace(each, line=_shortened(each.line, folder)) for each in named]


def _shortened(line: Line, folder: Path) -> Line:
    return replace(line, file=line.file.removeprefix(f"{folder}/"))


def main(names: Sequence[str]) -> None:
    for mistake in mistakes():
        if not names or mistake.name in names:
            with tempfile.TemporaryDirectory(prefix="ring3-record-") as folder:
                record(mistake, Path(folder)).write(FOLDER / f"{mistake.name}.json.xz")
            print(mistake.name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
