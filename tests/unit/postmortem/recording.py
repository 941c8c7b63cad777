"""Ends of wrong kernels, recorded: what a Case needs, without a machine.

    tests/boot/wrong_kernels/record.py ──> recorded/NAME.json.xz ──> a Case

What was not asked for when it was recorded is not known: a rule that asks for more
needs a new recording.
"""

from __future__ import annotations

import base64
import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ring3.machine import OutcomeKind
from ring3.postmortem.case import Case
from ring3.postmortem.log import Event, Log, Registers, Segment, Table
from ring3.postmortem.memory import Pages
from ring3.postmortem.symbols import Constant, Line, Place
from ring3.postmortem.writer import Writer

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class RecordedSymbols:
    """Answers that were given once."""

    places: Mapping[int, Place]
    addresses: Mapping[str, int]
    bytes_of_files: Mapping[tuple[int, int], bytes]
    found: Mapping[str, Sequence[int]]
    named: Mapping[int, Sequence[Constant]]

    def place(self, address: int) -> Place | None:
        return self.places.get(address)

    def address(self, name: str) -> int | None:
        return self.addresses.get(name)

    def constants(self, address: int) -> Sequence[Constant]:
        return self.named.get(address, ())

    def file_bytes(self, address: int, size: int) -> bytes | None:
        return self.bytes_of_files.get((address, size))

    def instructions(self, text: str) -> Sequence[int]:
        return self.found.get(text, ())


@dataclass(frozen=True)
class Recording:
    """A case, and all that was asked for when it was judged."""

    case: Case
    pages: Mapping[int, bytes]
    places: Mapping[int, Place]
    addresses: Mapping[str, int]
    file_bytes: Mapping[tuple[int, int], bytes]
    instructions: Mapping[str, Sequence[int]]
    constants: Mapping[int, Sequence[Constant]]
    writer: Writer | None

    def write(self, file: Path) -> None:
        """Write it down; the same recording gives the same bytes."""
        case = self.case
        data = {
            "kind": case.kind.value,
            "voice": case.voice,
            "in_service": case.in_service,
            "requested": case.requested,
            "endless": case.endless,
            "samples": list(case.samples),
            "fatal": case.log.fatal,
            "events": [asdict(event) for event in case.log.events],
            "state": None if case.state is None else asdict(case.state),
            "pages": {number: _text(page) for number, page in sorted(self.pages.items())},
            "places": [asdict(place) for _, place in sorted(self.places.items())],
            "addresses": self.addresses,
            "file_bytes": [
                [*where, _text(found)] for where, found in sorted(self.file_bytes.items())
            ],
            "writer": None if self.writer is None else asdict(self.writer),
            "constants": [
                [at, [asdict(each) for each in found]]
                for at, found in sorted(self.constants.items())
            ],
            "instructions": {text: list(found) for text, found in self.instructions.items()},
        }
        file.write_bytes(lzma.compress(json.dumps(data).encode(), preset=9))


def recorded(name: str) -> Case:
    """The case of one wrong kernel."""
    data = _data(name)
    symbols = RecordedSymbols(
        places={place["address"]: _place(place) for place in data["places"]},
        addresses=data["addresses"],
        bytes_of_files={(at, size): _bytes(found) for at, size, found in data["file_bytes"]},
        found=data["instructions"],
        named={at: [_constant(each) for each in found] for at, found in data.get("constants", [])},
    )
    return Case(
        kind=OutcomeKind(data["kind"]),
        log=Log(tuple(_event(event) for event in data["events"]), data["fatal"]),
        memory=Pages({int(number): _bytes(page) for number, page in data["pages"].items()}),
        symbols=symbols,
        voice=data["voice"],
        state=None if data["state"] is None else _registers(data["state"]),
        in_service=data["in_service"],
        requested=data["requested"],
        endless=data["endless"],
        samples=tuple(data.get("samples", ())),
    )


def recorded_writer(name: str) -> Writer | None:
    """Who wrote what is wrong, as the third run found it out."""
    data = _data(name)["writer"]
    if data is None:
        return None
    callers, beside = (tuple(data.pop(name)) for name in ("callers", "beside"))
    return Writer(callers=callers, beside=beside, **data)


def _data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lzma.decompress((FOLDER / f"{name}.json.xz").read_bytes()))
    return found


def recorded_names() -> list[str]:
    return sorted(file.name.removesuffix(".json.xz") for file in FOLDER.glob("*.json.xz"))


def _event(data: dict[str, Any]) -> Event:
    nested = data.pop("nested")
    registers = _registers(data.pop("registers"))
    return Event(registers=registers, nested=None if nested is None else tuple(nested), **data)


def _registers(data: dict[str, Any]) -> Registers:
    segments = {name: Segment(**segment) for name, segment in data.pop("segments").items()}
    gdt, idt = (Table(**data.pop(name)) for name in ("gdt", "idt"))
    return Registers(segments=segments, gdt=gdt, idt=idt, **data)


def _place(data: dict[str, Any]) -> Place:
    line = data.pop("line")
    calls = tuple((macro, Line(**at)) for macro, at in data.pop("calls"))
    return Place(line=None if line is None else Line(**line), calls=calls, **data)


def _constant(data: dict[str, Any]) -> Constant:
    return Constant(line=Line(**data.pop("line")), **data)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
