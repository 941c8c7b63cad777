"""Machines as TOML: what is read, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine import load_machine, machine_names
from ring3.machine.profile import Machine

QEMU = Path(__file__).parents[3] / "qemu"

LEAST = 'machine = "pc"\nboot = ["kernel"]\n'


def _load(tmp_path: Path, text: str | bytes) -> Machine:
    file = tmp_path / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_machine(file, [])


def test_the_stock_machines_load_and_have_both_debug_ports() -> None:
    names = machine_names([QEMU])
    assert {"microvm", "pc", "q35"} <= set(names)
    for name in names:
        machine = load_machine(name, [QEMU])
        assert machine.name == name
        assert machine.summary
        assert machine.debugcon
        assert machine.debug_exit


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
        ('devices = "virtio-rng"', "`devices` must be a list of strings"),
        ("arguments = [1]", "`arguments` must be a list of strings"),
        ('cpu = ""', "`cpu` must be a string that is not empty"),
        ('drive = "ide"', '`drive` and "disk" in `boot` go together'),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(
    tmp_path: Path, line: str, complaint: str
) -> None:
    with pytest.raises(Ring3Error) as caught:
        _load(tmp_path, LEAST + line)
    assert complaint in caught.value.message
    assert "mine.toml" in caught.value.message


@pytest.mark.parametrize(
    "boot", ["[]", '["floppy"]', '"kernel"', '[["kernel"]]', '["kernel", "kernel"]']
)
def test_boot_must_list_ways_that_exist(tmp_path: Path, boot: str) -> None:
    with pytest.raises(Ring3Error, match="`boot` must be a list of at least one of kernel, disk"):
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
    assert f"unknown key `{misspelt}`" in caught.value.message
    assert f"did you mean `{meant}`?" in (caught.value.help or "")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"machine = \n", "not TOML: Invalid value (at line 1"),
        (b"machine = 'pc'\nmachine = 'q35'\n", "not TOML: Cannot overwrite a value (at line 2"),
        (b"machine = '\xff'\n", "not UTF-8 at byte 11"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_the_place(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(Ring3Error) as caught:
        _load(tmp_path, content)
    assert complaint in caught.value.message


def test_a_machine_that_is_not_there_gets_the_list_of_those_that_are() -> None:
    with pytest.raises(Ring3Error) as caught:
        load_machine("micorvm", [QEMU])
    assert caught.value.message == "there is no machine `micorvm`"
    assert "did you mean `microvm`? there are: microvm, pc, q35" in (caught.value.help or "")


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"absent\.toml: No such file"):
        load_machine(tmp_path / "absent.toml", [QEMU])


def test_a_folder_is_no_machine(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="Is a directory"):
        load_machine(f"{tmp_path}/", [QEMU])
