"""A description (``describe.py``) as text for a terminal, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ring3.diagnostic import printable

Described = Mapping[str, Any]


def render(image: Described) -> str:
    """The text, without a newline at its end."""
    lines = [f"{image['file']}: {image['format']}, {image['size']:,} bytes{_ways(image)}"]
    for part, render_part in PARTS.items():
        if image.get(part):
            lines += ["", *render_part(image)]
    # Names may be anything, and nobody has vouched for them.
    return "\n".join(map(printable, lines))


def _ways(image: Described) -> str:
    if "bios" not in image:
        return ""
    names = [name for name, way in (("a BIOS", "bios"), ("UEFI", "uefi")) if image[way]]
    ways = f"; starts by {' and '.join(names)}" if names else "; nothing starts it"
    return f"{ways}, as a CD and as a disk" if image.get("hybrid") else ways


def _partitions(image: Described) -> Iterator[str]:
    table = image["partitions"]
    yield f"{table['scheme']}"
    for entry in table["entries"]:
        meaning = entry["meaning"] or entry["type"]
        name = f'"{entry["name"]}"' if entry["name"] else "active" if entry["active"] else ""
        yield _row(f"{entry['number']}  {meaning}", entry["size"], entry["offset"], name)
        if "volume" in entry:
            yield from ("  " + line for line in _volume(entry))


def _catalog(image: Described) -> Iterator[str]:
    yield "El Torito's catalog"
    for entry in image["boot_catalog"]:
        more = "" if entry["bootable"] else "not bootable"
        if entry["emulation"] != "none":
            more = f"{more} as a {entry['emulation']}".strip()
        yield _row(entry["platform"], entry["size"], entry["offset"], more)


def _files(image: Described) -> Iterator[str]:
    yield f"CD {image['name']}"
    for file in image["files"]:
        yield _row(file["path"], file["size"], file["offset"])


def _volume(image: Described) -> Iterator[str]:
    volume = image["volume"]
    yield f"{volume['type']}, {volume['size']:,} bytes"
    for file in volume["files"]:
        yield _row(file["path"], file["size"], file["offset"])


def _loaders(image: Described) -> Iterator[str]:
    loaders = image["loaders"]
    if image["agree"]:
        yield f"loaded by the loader for {'; '.join(loader['name'] for loader in loaders)}"
        yield from _loads(loaders[0], {load["address"] for one in loaders for load in one["loads"]})
        return
    yield "the loaders do not agree: somebody has changed one of them"
    for loader in loaders:
        yield f"loaded by the loader for {loader['name']}"
        yield from _loads(loader, {load["address"] for load in loader["loads"]})


def _loads(loader: Described, addresses: set[int]) -> Iterator[str]:
    for load in loader["loads"]:
        where = f"to {load['address']:#x}" if load["address"] else "to wherever there is room"
        if load is loader["loads"][-1] and load["address"] and 0 in addresses:
            where += ", by UEFI to wherever there is room"
        zeros = load["memory_size"] - load["size"]
        yield _row(load["name"], load["packed_size"], load["offset"], "packed, which become")
        yield _row("", load["size"], None, where)
        if zeros:
            yield _row("", zeros, None, "zeros behind it")
    yield f"  entered at {loader['entry']:#x}"
    if loader["command_line"]:
        yield f"  command line: {loader['command_line']}"


def _kernel(image: Described) -> Iterator[str]:
    kernel = image["kernel"]
    yield f"kernel.elf, entered at {kernel['entry']:#x} by a PVH loader"
    for segment in kernel["segments"]:
        where = f"to {segment['physical']:#x}, linked for {segment['address']:#x}"
        yield _row(segment["rights"], segment["size"], segment["offset"], where)
        if zeros := segment["memory_size"] - segment["size"]:
            yield _row("", zeros, None, "zeros behind it")


def _initrd(image: Described) -> Iterator[str]:
    initrd = image["initrd"]
    yield f"initrd, {initrd['size']:,} bytes"
    for member in initrd["members"]:
        yield _row(member["path"], member["size"], None, f"{member['mode']:o}")
    if initrd["init"] is not None:
        init = initrd["init"]
        yield f"  process 1 is {init['path']}: {' '.join(init['arguments'])}"
        yield f"  its environment: {' '.join(init['environment'])}"


def _row(name: str, size: int, offset: int | None, more: str = "") -> str:
    where = "" if offset is None else f"at {offset:,}"
    return f"  {name:<24}{size:>13,} bytes {where:<14} {more}".rstrip()


PARTS = {
    "partitions": _partitions,
    "boot_catalog": _catalog,
    "files": _files,
    "volume": _volume,
    "loaders": _loaders,
    "kernel": _kernel,
    "initrd": _initrd,
}
"""What of a description is shown, in this order."""
