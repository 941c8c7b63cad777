"""Whether KVM works here: asked of a tiny guest, and remembered.

    --accel auto ──/dev/kvm──> tried before? ──no──> kvm_probe.s, under KVM, for a moment
                       │            └─────────── what it showed ──────┤
                      TCG <────────────────────────────────────────── or KVM

That /dev/kvm can be opened says little: inside another virtual machine, or a
sandbox, it may take guests and let them hang, or lose them at the first
instruction that it has to interpret.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from ring3.asm import SourceTree, assemble_file
from ring3.elf import link
from ring3.elf.layout import KERNEL, KERNEL_PHYSICAL, Layout
from ring3.machine.command import Accelerator, Boot, Options
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.profile import Emulator, Machine
from ring3.machine.session import Session
from ring3.memory import cache_folder
from ring3.workspace import stock

DEVICE = Path("/dev/kvm")

PATIENCE = 1.5
"""Seconds that the tiny guest has; where KVM works it needs a twentieth of one."""

PROBE = Path(__file__).with_name("kvm_probe.s")

_REASON_WIDTH = 200

_LAYOUT = Layout(base=KERNEL_PHYSICAL, segments=KERNEL.segments, entry="probe_entry")

_BOARD = "microvm,acpi=off,isa-serial=on,auto-kernel-cmdline=off"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether KVM can be trusted with a guest, and why not.

    ``remembered`` says that an earlier run found it out.
    """

    works: bool
    reason: str = ""
    remembered: bool = False


def best_accelerator(machine: Machine) -> tuple[Accelerator, str | None]:
    """KVM where it works, else TCG and the reason, in one line.

    A machine that is not QEMU's has nothing to choose.
    """
    if machine.emulator is not Emulator.QEMU:
        return Accelerator.TCG, None
    verdict = kvm_verdict(machine.qemu)
    if verdict.works:
        return Accelerator.KVM, None
    again = "; found by an earlier run, `ring3 doctor` tries again" if verdict.remembered else ""
    return Accelerator.TCG, f"TCG is used, since {verdict.reason}{again}"


def kvm_verdict(
    qemu: str, *, device: Path = DEVICE, patience: float = PATIENCE, again: bool = False
) -> Verdict:
    """Whether the program ``qemu`` runs guests under KVM on this computer.

    What the guest showed is kept until the computer boots again, QEMU changes
    or the device does; with ``again`` it is tried all the same.
    """
    if not device.exists():
        return Verdict(False, f"there is no {device}")
    if not os.access(device, os.R_OK | os.W_OK):
        return Verdict(False, f"{device} is not yours to open; its group may")
    kept = _kept(qemu, device)
    known = None if kept is None or again else _recall(kept)
    if known is not None:
        return known
    verdict = _judged(try_guest(qemu, Accelerator.KVM, patience), patience)
    if kept is not None:
        _remember(kept, verdict)
    return verdict


def probe_elf() -> bytes:
    """The tiny guest, which PVH boots."""
    tree = SourceTree((PROBE.parent, stock().kernel))
    return link([assemble_file(PROBE, tree)], _LAYOUT).data


def try_guest(qemu: str, accelerator: Accelerator, patience: float) -> Outcome:
    """Run the tiny guest; it exits with status 0.  Raises Ring3Error when QEMU is not there."""
    machine = Machine(
        name="kvm-probe", boot=("kernel",), machine=_BOARD, qemu=qemu, memory="16M",
        debugcon=True, debug_exit=True,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="ring3-kvm-") as folder:
        kernel = Path(folder) / "probe.elf"
        kernel.write_bytes(probe_elf())
        options = Options(accelerator=accelerator, timeout=patience)
        with Session(machine, Boot(kernel=kernel), options) as session:
            return session.wait()


def _judged(outcome: Outcome, patience: float) -> Verdict:
    if outcome.status == 0:
        return Verdict(True)
    if outcome.kind is OutcomeKind.TIMEOUT:
        error = next((s for s in outcome.messages.splitlines() if s.startswith("KVM ")), None)
        why = f": {error.strip()}" if error else ""
        return Verdict(False, f"a tiny guest hung under KVM for {patience:g} s{why}")
    words = " ".join(outcome.explanation.split())
    return Verdict(False, f"a tiny guest died under KVM: {textwrap.shorten(words, _REASON_WIDTH)}")


def _kept(qemu: str, device: Path) -> Path | None:
    """The file for what was found about this QEMU on this computer since it booted."""
    folder, program = cache_folder(), shutil.which(qemu)
    if folder is None or program is None:
        return None
    binary, node = Path(program).resolve(), device.stat()
    boot = Path("/proc/sys/kernel/random/boot_id")
    facts = [
        platform.release(),
        boot.read_text() if boot.exists() else "",
        (str(binary), binary.stat().st_size, binary.stat().st_mtime_ns),
        (str(device), node.st_rdev, node.st_mode, node.st_ctime_ns),
        PROBE.read_text(encoding="utf-8"),
    ]
    return folder / f"kvm-{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}.json"


def _recall(kept: Path) -> Verdict | None:
    """What was found; a file that is damaged is as one that is not there."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = json.loads(kept.read_text(encoding="utf-8"))
        if isinstance(found["works"], bool) and isinstance(found["reason"], str):
            return Verdict(found["works"], found["reason"], remembered=True)
    return None


def _remember(kept: Path, verdict: Verdict) -> None:
    """Not to remember is no failure."""
    found = {"works": verdict.works, "reason": verdict.reason}
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(found) + "\n", encoding="utf-8")
        beside.replace(kept)
