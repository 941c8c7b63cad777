"""docs/machines.md says what the code and the machine files say."""

from __future__ import annotations

import re
from pathlib import Path

from ring3.machine import Machine, load_machine, machine_names
from ring3.machine.accelerator import PATIENCE
from ring3.machine.command import RESERVED_MIB
from ring3.machine.profile import CPUS_MAX, KEYS, QEMU_ALONE, Emulator, Firmware

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "machines.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading of its first column."""
    table = DOCUMENT[DOCUMENT.index(f"\n| {heading} |") :].lstrip("\n").split("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


def test_every_key_has_its_row_and_every_row_its_key() -> None:
    assert [row[0].strip("`") for row in rows("key")] == list(KEYS)


def test_the_defaults_are_those_of_the_code() -> None:
    least = Machine(name="least", boot=("kernel",))
    for key, _, means in rows("key"):
        value = getattr(least, key.strip("`"), None)
        value = value.value if isinstance(value, Emulator | Firmware) else value
        shown = re.findall(r"\(`?\"?([^\"`() ]+)\"?`?\)", means)
        if isinstance(value, bool):
            assert shown == [str(value).lower()], key
        elif value and key != "`boot`":  # must be said
            assert str(value) in shown, key


def test_every_stock_machine_has_its_row_with_its_own_summary() -> None:
    told = {row[0].strip("`"): row[1:] for row in rows("machine")}
    assert list(told) == machine_names([ROOT / "qemu"])
    for name, (boots, summary) in told.items():
        machine = load_machine(name, [ROOT / "qemu"])
        assert (boots, summary) == (", ".join(machine.boot), machine.summary)


def test_the_figures_are_those_of_the_code() -> None:
    assert f"after {PATIENCE:g} seconds" in DOCUMENT
    assert f"Memory of more than {RESERVED_MIB // 1024} GiB is not reserved" in DOCUMENT
    assert f"| `cpus` | 1 to {CPUS_MAX} |" in DOCUMENT
    unknown = re.search(r"Bochs knows no ((?:`\w+`[, or]*)+)\.", DOCUMENT)
    assert unknown is not None
    assert set(re.findall(r"`(\w+)`", unknown[1])) == QEMU_ALONE


def test_the_machine_of_the_document_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    (tmp_path / "mine.toml").write_text(example)
    machine = load_machine("mine", [tmp_path, ROOT / "qemu"])
    assert (machine.machine, machine.devices) == ("pc", ("virtio-rng-pci",))
