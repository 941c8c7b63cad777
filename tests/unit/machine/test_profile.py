"""Machines as TOML: what is read, and what is refused in which words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ring3.diagnostic import Ring3Error, SourceError
from ring3.machine import Emulator, Firmware, altered, load_machine, machine_names
from ring3.machine.profile import Machine

QEMU = Path(__file__).parents[3] / "qemu"

LEAST = 'machine = "pc"\nboot = ["kernel"]\n'


def _load(tmp_path: Path, text: str | bytes) -> Machine:
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_machine(file, [])


def test_the_stock_machines_load_and_have_both_debug_ports() -> None:
    names = machine_names([QEMU])
    assert {"microvm", "pc", "q35", "q35-uefi", "bochs-intel"} <= set(names)
    for name in names:
        machine = load_machine(name, [QEMU])
        assert machine.name == name
        assert machine.summary
        assert machine.debugcon
        assert machine.debug_exit == (machine.emulator is Emulator.QEMU)


def test_every_key_is_read(tmp_path: Path) -> None:
    machine = _load(
        tmp_path,
        """
        summary = "everything"
        qemu = "qemu-system-i386"
        machine = "pc,acpi=off"
        cpu = "qemu64"
        memory = "1G"
        cpus = 2
        emulator = "qemu"
        firmware = "bios"
        boot = ["disk", "kernel"]
        drive = "virtio"
        debugcon = true
        debug_exit = true
        devices = ["virtio-rng-pci"]
        arguments = ["-d", "int"]
        """,
    )
    assert machine == Machine(
        name="mine",
        summary="everything",
        qemu="qemu-system-i386",
        machine="pc,acpi=off",
        cpu="qemu64",
        memory="1G",
        cpus=2,
        boot=("disk", "kernel"),
        drive="virtio",
        debugcon=True,
        debug_exit=True,
        devices=("virtio-rng-pci",),
        arguments=("-d", "int"),
    )


def test_what_is_left_out_is_off(tmp_path: Path) -> None:
    machine = _load(tmp_path, LEAST)
    assert not machine.debugcon
    assert not machine.debug_exit
    assert machine.qemu == "qemu-system-x86_64"


def test_the_first_folder_that_has_the_machine_wins(tmp_path: Path) -> None:
    (tmp_path / "pc.toml").write_text(LEAST + 'cpu = "qemu64"\n')
    assert load_machine("pc", [tmp_path, QEMU]).cpu == "qemu64"
    assert load_machine("pc", [QEMU, tmp_path]).cpu == "max"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("memory = 128", "`memory` must be a size with its unit"),
        ('memory = "128"', "`memory` must be a size with its unit"),
        ('memory = "0M"', "`memory` must be a size with its unit"),
        ("cpus = 0", "`cpus` must be a whole number from 1 to 255"),
        ("cpus = 1.5", "`cpus` must be a whole number from 1 to 255"),
        ("cpus = true", "`cpus` must be a whole number from 1 to 255"),
        ('debugcon = "yes"', "`debugcon` must be true or false, not 'yes'"),
        ("debug_exit = 0xf4", "`debug_exit` must be true or false, not 244"),
        ('devices = "virtio-rng"', "`devices` must be a list of texts"),
        ("arguments = [1]", "`arguments` must be a list of texts"),
        ('cpu = ""', "`cpu` must be a text that is not empty"),
        ('drive = "ide"', '`drive` and "disk" in `boot` go together'),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(
    tmp_path: Path, line: str, complaint: str
) -> None:
    with pytest.raises(Ring3Error) as caught:
        _load(tmp_path, LEAST + line)
    assert complaint in str(caught.value)
    assert "mine.toml" in str(caught.value)


@pytest.mark.parametrize(
    "boot", ["[]", '["floppy"]', '"kernel"', '[["kernel"]]', '["kernel", "kernel"]']
)
def test_boot_must_list_ways_that_exist(tmp_path: Path, boot: str) -> None:
    with pytest.raises(
        Ring3Error, match="`boot` must be a list of at least one of kernel, disk, iso"
    ):
        _load(tmp_path, f'machine = "pc"\nboot = {boot}\n')


def test_a_machine_that_boots_disks_says_on_which_interface(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="`drive`"):
        _load(tmp_path, 'machine = "pc"\nboot = ["disk"]\n')


@pytest.mark.parametrize("missing", ["machine", "boot"])
def test_what_must_be_there_is_asked_for(tmp_path: Path, missing: str) -> None:
    kept = [line for line in LEAST.splitlines() if not line.startswith(missing)]
    with pytest.raises(Ring3Error, match=f"`{missing}` is missing"):
        _load(tmp_path, "\n".join(kept))


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("debugcom", "debugcon"), ("memroy", "memory"), ("QEMU", "qemu")]
)
def test_an_unknown_key_names_the_nearest_known_one(
    tmp_path: Path, misspelt: str, meant: str
) -> None:
    with pytest.raises(Ring3Error) as caught:
        _load(tmp_path, LEAST + f"{misspelt} = 1\n")
    assert f"`{misspelt}` is not a key of a machine" in str(caught.value)
    assert f"did you mean `{meant}`?" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"machine = \n", "mine.toml:1:11\n"),
        (b"machine = 'pc'\nmachine = 'q35'\n", "Cannot overwrite a value\n"),
        (b"machine = '\xff'\n", "not UTF-8 at byte 11"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_the_place(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(Ring3Error) as caught:
        _load(tmp_path, content)
    assert complaint in str(caught.value)


def test_a_machine_that_is_not_there_gets_the_list_of_those_that_are() -> None:
    with pytest.raises(Ring3Error) as caught:
        load_machine("micorvm", [QEMU])
    assert caught.value.message == "there is no machine `micorvm`"
    assert "did you mean `microvm`? there are: bochs-amd, bochs-intel, epyc" in (
        caught.value.help or ""
    )


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"absent\.toml: No such file"):
        load_machine(tmp_path / "absent.toml", [QEMU])


def test_a_folder_is_no_machine(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="Is a directory"):
        load_machine(f"{tmp_path}/", [QEMU])


def test_a_machine_is_what_it_extends_but_for_what_it_says(tmp_path: Path) -> None:
    machine = _load(tmp_path, f'extends = "{QEMU}/pc.toml"\ncpus = 2\n')
    stock = load_machine("pc", [QEMU])
    assert machine == replace(stock, name="mine", summary="", cpus=2)


def test_a_machine_may_extend_the_stock_one_of_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "pc.toml").write_text('extends = "pc"\nmemory = "64M"\n')
    machine = load_machine("pc", [tmp_path, QEMU])
    assert (machine.memory, machine.drive) == ("64M", "ide")


def test_a_machine_that_boots_less_than_what_it_extends_needs_no_drive_for_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.toml").write_text('extends = "pc"\nboot = ["kernel"]\n')
    assert load_machine("mine", [tmp_path, QEMU]).drive is None


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"a": "a"}, "the machine extends itself: a -> a"),
        ({"a": "b", "b": "a"}, "the machine extends itself: a -> b -> a"),
        (
            {"a": "b", "b": "c", "c": "b"},
            "the machine extends itself: a -> b -> c -> b",
        ),
        ({"a": "absent"}, "there is no machine `absent`"),
        ({"a": "b/c"}, "cannot read "),
    ],
)
def test_a_machine_that_extends_itself_or_nothing_is_refused_at_the_line(
    tmp_path: Path, files: dict[str, str], complaint: str
) -> None:
    for name, base in files.items():
        (tmp_path / f"{name}.toml").write_text(f'# a machine\nextends = "{base}"\n')
    with pytest.raises(Ring3Error) as caught:
        load_machine("a", [tmp_path])
    assert complaint in str(caught.value)


def test_every_mistake_is_shown_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        _load(tmp_path, LEAST + "\nmemroy = '1G'\ncpus = 0\n[[device]]\nname = 'x'\n")
    found = [(one.code, one.location.line, one.location.text) for one in caught.value.diagnostics]
    assert found == [
        ("unknown-key", 4, "memroy = '1G'"),
        ("bad-value", 5, "cpus = 0"),
        ("unknown-key", 6, "[[device]]"),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('devices = ["x"]', "`devices` is for QEMU"),
        ("debug_exit = true", "`debug_exit` is for QEMU"),
        ('boot = ["kernel"]', "Bochs starts no kernel directly"),
        ("cpus = 2", "Bochs is built for one CPU"),
        ('firmware = "uefi"', "Bochs has no UEFI firmware"),
    ],
)
def test_what_bochs_cannot_be_told_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(Ring3Error, match=complaint):
        _load(tmp_path, f'extends = "{QEMU}/bochs-intel.toml"\n{line}\n')


def test_a_machine_with_uefi_starts_no_kernel_directly(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="UEFI firmware does not start a PVH kernel"):
        _load(tmp_path, LEAST + 'firmware = "uefi"\n')
    uefi = load_machine("q35-uefi", [QEMU])
    assert (uefi.firmware, uefi.boot) == (Firmware.UEFI, ("disk", "iso"))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"memory": "64"}, "memory must be a size with its unit"),
        ({"cpus": 0}, "cpus must be a whole number from 1 to 255"),
        ({"cpu": ""}, "cpu must be a text that is not empty"),
    ],
)
def test_what_is_given_for_one_run_is_checked_as_in_a_file(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(Ring3Error, match=complaint):
        altered(load_machine("pc", [QEMU]), **changes)


def test_what_is_given_for_one_run_takes_the_machine_s_place() -> None:
    machine = altered(load_machine("pc", [QEMU]), memory="16M", cpus=2, cpu="EPYC")
    assert (machine.memory, machine.cpus, machine.cpu) == ("16M", 2, "EPYC")
    with pytest.raises(Ring3Error, match="has one CPU"):
        altered(load_machine("bochs-amd", [QEMU]), cpus=2)
