"""GNU's own tools on small sources: what ours is compared with."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from elftools.elf.elffile import ELFFile

from ring3.asm.object import Object
from ring3.elf import Linked
from ring3.elf.relocatable import read_relocatable

C_FLAGS = ("-ffreestanding", "-nostdlib", "-fno-stack-protector", "-fno-common")


def run(*command: str | Path) -> str:
    """The output of a command that succeeds and says nothing on stderr."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout


def assemble(folder: Path, name: str, text: str) -> Path:
    """GNU as's object of an Intel-syntax source."""
    source = folder / f"{name}.s"
    source.write_text(f".intel_syntax noprefix\n{text}")
    run("as", "-o", source.with_suffix(".o"), source)
    return source.with_suffix(".o")


def compile_c(folder: Path, name: str, text: str, *flags: str) -> Path:
    """gcc's object of a C source, freestanding."""
    source = folder / f"{name}.c"
    source.write_text(text)
    output = folder / f"{name}.o"
    run("gcc", "-c", *C_FLAGS, *flags, "-o", output, source)
    return output


def read(*paths: Path) -> list[Object]:
    return [read_relocatable(path.read_bytes(), path.name) for path in paths]


def ld_at_our_addresses(folder: Path, objects: Sequence[Path], linked: Linked) -> bytes:
    """The same objects by GNU ld, its sections sent by a script to where ours are."""
    script = ["SECTIONS {"]
    for section in ELFFile(BytesIO(linked.data)).iter_sections():
        if section["sh_flags"] & 2:
            name = section.name
            fill = "=0xcccccccc" if section["sh_flags"] & 4 else ""
            script.append(f"  {name} {section['sh_addr']:#x} : {{ *({name} {name}.*) }} {fill}")
    script.append("  /DISCARD/ : { *(.note.gnu.property .note.GNU-stack) }")
    script.append("}")
    path, output = folder / "layout.ld", folder / "by_ld"
    path.write_text("\n".join(script))
    run("ld", "-T", path, "--no-warn-rwx-segments", "-z", "noexecstack", "-o", output, *objects)
    return output.read_bytes()


def loaded_sections(data: bytes) -> dict[str, tuple[int, int, bytes]]:
    """Every section that is loaded: address, size, bytes."""
    return {
        section.name: (section["sh_addr"], section["sh_size"], section.data())
        for section in ELFFile(BytesIO(data)).iter_sections()
        if section["sh_flags"] & 2
    }


def symbols(path: Path, names: Iterable[str]) -> dict[str, int]:
    """The values of some symbols, as nm tells them."""
    listed = re.findall(r"^(\w+) \w (\S+)$", run("nm", path), re.M)
    values = {name: int(value, 16) for value, name in listed}
    return {name: values[name] for name in names}


def readelf_is_content(path: Path) -> str:
    """All that readelf has to say, after making sure that no warning is among it."""
    text = run("readelf", "-aW", path)
    assert not re.search(r"[Ww]arning|[Ee]rror|<corrupt|unrecognized|<unknown", text), text
    return text


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o755)
    return path
