"""``make fuzz``: hostile sources against the assembler, for a given time or number.

    python -m oracle.asm.fuzz_sources --seconds 60 --seed 1
    python -m oracle.asm.fuzz_sources --count 1000000 --seed 1
    python -m oracle.asm.fuzz_sources --seed 1 --replay 4711     one of them, again
    python -m oracle.asm.fuzz_sources --file finding.s           a file, likewise

    overview ── seed, first, stop ──> worker, with limits ── lines of JSON ──> Tally
             <─ number in work ──       (mapped memory, so that a death has a number)

Findings (see watched.py) are kept in build/hostile with the command that shows them
again; exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oracle.asm.mutants import ROOT, mutant
from oracle.asm.watched import MOST_SECONDS, Finding, Trial, limit_process

FOLDER = ROOT / "build" / "hostile"
WORKER = (sys.executable, "-m", "oracle.asm.fuzz_sources")
_SLICE = 4000  # sources a worker: then a fresh one, so that nothing grows for ever
_REPORTED = 100  # sources a line of a worker's report
_SILENCE = 20 * MOST_SECONDS  # wall time without progress: a hang that no timer ended
_KEPT = 5  # findings of one signature that are kept


@dataclass
class Tally:
    """What came of many sources."""

    inputs: int = 0
    accepted: int = 0
    compared: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)  # seconds of processor time, number
    memory: int = 0  # KiB that the largest worker had

    def add(self, report: dict[str, Any]) -> None:
        """Count what a worker reports."""
        self.inputs += report["inputs"]
        self.accepted += report["accepted"]
        self.compared += report["compared"]
        self.codes.update(report["codes"])
        self.slowest = max(self.slowest, (report["slowest"][0], report["slowest"][1]))
        self.memory = max(self.memory, report["memory"])


def main() -> int:
    """Try sources until the time or the number is reached, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER", help="begin there")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--compare", type=int, default=4, metavar="N", help="1 in N with GNU as")
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--seconds", type=float, default=60.0)
    wanted.add_argument("--count", type=int)
    wanted.add_argument("--replay", type=int, metavar="NUMBER")
    wanted.add_argument("--file", type=Path)
    wanted.add_argument("--work", nargs=2, metavar=("STOP", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay is not None:
        return _replay(mutant(options.seed, options.replay))
    if options.file is not None:
        return _replay(options.file.read_bytes().decode(errors="surrogatepass"))
    if options.work is not None:
        stop, progress = options.work
        _work(options.seed, range(options.first, int(stop)), options.compare, Path(progress))
        return 0
    stop = 1 << 60 if options.count is None else options.first + options.count
    seconds = options.seconds if options.count is None else float("inf")
    overview = Overview(options.seed, options.compare)
    overview.run(range(options.first, stop), seconds, options.workers)
    return 1 if overview.tally.findings else 0


# -- the overview: starts workers, counts, keeps what they find ---------------------------------


class Overview:
    """All workers of one run, and what they found."""

    def __init__(
        self, seed: int, compare: int, folder: Path = FOLDER, worker: Sequence[str] = WORKER
    ) -> None:
        self.seed = seed
        self.compare = compare
        self.folder = folder
        self.worker = worker
        self.tally = Tally()

    def run(self, numbers: range, seconds: float, workers: int) -> None:
        """Try the sources with these numbers, as many as there is time for."""
        print(f"hostile sources, seed {self.seed}", flush=True)
        began = time.monotonic()
        size = min(_SLICE, -(-len(numbers) // workers))
        slices = (
            range(first, min(first + size, numbers.stop))
            for first in range(numbers.start, numbers.stop, size)
        )
        with tempfile.TemporaryDirectory(prefix="ring3-hostile-") as scratch:
            pool = [_Worker(self, Path(scratch) / str(number)) for number in range(workers)]
            try:
                self._supervise(pool, slices, began + seconds)
            finally:
                for worker in pool:
                    worker.stop()
                self._print_figures(time.monotonic() - began)  # also of a run that Ctrl-C ended

    def _supervise(self, pool: list[_Worker], slices: Iterator[range], end: float) -> None:
        with selectors.DefaultSelector() as selector:
            for worker in pool:
                worker.begin(next(slices, None), selector)
            while selector.get_map():
                for key, _ in selector.select(timeout=1.0):
                    worker = key.data
                    if not worker.read():
                        selector.unregister(key.fileobj)
                        worker.begin(worker.remaining() or next(slices, None), selector)
                for worker in pool:
                    worker.end_if_silent()
                if time.monotonic() >= end:
                    return

    def note(self, number: int, finding: Finding) -> None:
        """Count a finding, and keep it unless there are enough of its kind."""
        self.tally.findings[finding.signature] += 1
        if self.tally.findings[finding.signature] > _KEPT:
            return
        again = f"PYTHONPATH=tests python -m oracle.asm.fuzz_sources --seed {self.seed}"
        again += f" --replay {number}"
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.seed}-{number}.s"
        path.write_bytes(mutant(self.seed, number).encode(errors="surrogatepass"))
        path.with_suffix(".txt").write_text(
            f"{finding.signature}\n\n{again}\n\n{finding.details}\n", errors="backslashreplace"
        )
        shown = finding.signature.encode(errors="backslashreplace").decode()
        print(f"FINDING {shown}\n    {path}\n    {again}", flush=True)

    def _print_figures(self, seconds: float) -> None:
        tally = self.tally
        refused = tally.inputs - tally.accepted - tally.findings.total()
        print(
            f"{tally.inputs:,} hostile sources in {seconds:,.0f} s: {tally.accepted:,} accepted"
            f" ({tally.compared:,} of them compared with GNU as), {refused:,} refused,"
            f" {tally.findings.total():,} findings\n"
            f"slowest: number {tally.slowest[1]} with {tally.slowest[0]:.2f} s of processor time;"
            f" largest worker: {tally.memory >> 10} MiB\n"
            f"errors by code ({len(tally.codes)} kinds): "
            + ", ".join(f"{code} {count:,}" for code, count in tally.codes.most_common())
        )
        for signature, count in tally.findings.most_common():
            print(f"{count:,} times {signature!r}")


class _Worker:
    """A process that works on one slice after the other; a fresh process for each."""

    def __init__(self, overview: Overview, progress: Path) -> None:
        self.overview = overview
        self.progress = progress
        self.numbers = range(0)
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._last = (-1, 0.0)

    def begin(self, numbers: range | None, selector: selectors.BaseSelector) -> None:
        """Start on a slice, if there is one left."""
        if numbers is None:
            return
        self.numbers = numbers
        self.progress.write_bytes(_PROGRESS.pack(numbers.start))
        self._buffer = b""
        self._last = (-1, time.monotonic())
        overview = self.overview
        command = [*overview.worker, "--seed", str(overview.seed)]
        command += ["--first", str(numbers.start), "--compare", str(overview.compare)]
        command += ["--work", str(numbers.stop), str(self.progress)]
        paths = os.pathsep.join(str(ROOT / folder) for folder in ("tests", "builder"))
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment
        )
        assert self._process.stdout is not None
        selector.register(self._process.stdout, selectors.EVENT_READ, self)

    def read(self) -> bool:
        """Take what the process has reported; False when it has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        data = os.read(self._process.stdout.fileno(), 1 << 16)
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            report = json.loads(line)
            self.overview.tally.add(report)
            for number, signature, details in report["findings"]:
                self.overview.note(number, Finding(signature, details))
        return bool(data)

    def remaining(self) -> range | None:
        """What is left of the slice when the process died on a source; that one is noted."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        status = self._process.wait()
        self._process = None
        if status == 0:
            return None
        number = self._number_in_work()
        ending = signal.Signals(-status).name if status < 0 else f"status {status}"
        self.overview.note(number, Finding(f"the worker died: {ending}", ""))
        self.overview.tally.inputs += 1
        return range(number + 1, self.numbers.stop) if number + 1 < self.numbers.stop else None

    def end_if_silent(self) -> None:
        """Kill the process when it has worked on one source for far too long."""
        if self._process is None:
            return
        number, since = self._last
        present, now = self._number_in_work(), time.monotonic()
        if present != number:
            self._last = (present, now)
        elif now - since > _SILENCE:
            self.stop()

    def stop(self) -> None:
        """Kill the process, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def _number_in_work(self) -> int:
        return int(_PROGRESS.unpack(self.progress.read_bytes())[0])


_PROGRESS = struct.Struct("<q")


# -- the worker: assembles, and says what came of it ---------------------------------------------


def _work(seed: int, numbers: range, compare: int, progress: Path) -> None:
    with _scratch_folder() as folder, _mapped(progress) as shown:
        trial = Trial(Path(folder))
        limit_process(seconds=int(MOST_SECONDS * 100 + len(numbers)))
        for first in range(numbers.start, numbers.stop, _REPORTED):
            part = range(first, min(first + _REPORTED, numbers.stop))
            print(json.dumps(_report(trial, seed, part, compare, shown)), flush=True)


def _scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """In memory, where there is such a place: many files are written."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(
        prefix="ring3-hostile-", dir=memory if os.access(memory, os.W_OK) else None
    )


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("r+b") as stream, mmap.mmap(stream.fileno(), _PROGRESS.size) as mapped:
        yield mapped


def _report(
    trial: Trial, seed: int, numbers: range, compare: int, shown: mmap.mmap
) -> dict[str, Any]:
    """Try some sources; the worker's part of a Tally, as JSON can say it."""
    codes: Counter[str] = Counter()
    findings = []
    accepted = compared = 0
    slowest = (0.0, -1)
    for number in numbers:
        _PROGRESS.pack_into(shown, 0, number)
        text = mutant(seed, number)
        began = time.process_time()
        result = trial.run(text)
        slowest = max(slowest, (time.process_time() - began, number))
        if result.made is not None and compare and number % compare == 0:
            result = trial.compared(text, result.made)
            compared += 1
        codes.update(result.codes)
        if result.finding is not None:
            findings.append((number, result.finding.signature, result.finding.details))
        accepted += result.made is not None
    return {
        "inputs": len(numbers),
        "accepted": accepted,
        "compared": compared,
        "codes": codes,
        "findings": findings,
        "slowest": slowest,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def _replay(text: str) -> int:
    print(text.encode(errors="backslashreplace").decode())
    with tempfile.TemporaryDirectory(prefix="ring3-hostile-") as folder:
        trial = Trial(Path(folder))
        result = trial.run(text)
        if result.made is not None:
            result = trial.compared(text, result.made)
    if result.finding is not None:
        print(f"FINDING {result.finding.signature}\n{result.finding.details}")
        return 1
    print(f"refused: {', '.join(result.codes)}" if result.codes else "accepted")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
