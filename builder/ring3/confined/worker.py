"""The child process of a confined build: it limits itself, works, and answers.

    stdin: request ──> Limits.apply ──> pipeline ──> descriptor: answer

What it is asked comes from its parent, who is trusted; what it reads after that is not.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ring3.confined.limits import Limits
from ring3.confined.message import Answer, Struck, answer_bytes
from ring3.confined.supervise import answered
from ring3.diagnostic import Ring3Error
from ring3.elf.debuggable import debuggable
from ring3.elf.dwarf import described
from ring3.elf.object_file import write_object
from ring3.pipeline import assemble_program_part, build, link_program
from ring3.workspace import open_workspace

Request = Mapping[str, Any]
Task = Callable[[Request], Answer]


def main(descriptor: int) -> None:
    """Answer the request on stdin through this descriptor."""
    asked = json.load(sys.stdin)
    Limits(**asked["limits"]).apply()
    request = asked["request"]
    send(descriptor, answer_to(request, _TASKS[request["task"]]))


def answer_to(request: Request, task: Task) -> Answer | Ring3Error | Struck:
    """What the task makes of the request, or what kept it from that."""
    return answered(lambda: task(request))


def send(descriptor: int, answer: Answer | Ring3Error | Struck) -> None:
    """Write the answer, and that is all."""
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(answer_bytes(answer))


# -- the tasks ----------------------------------------------------------------------------


def _objects(request: Request) -> Answer:
    workspace = open_workspace(_path(request["workspace"]))
    here = str(Path.cwd())
    return Answer(
        {
            str(place): write_object(
                described(assemble_program_part(Path(source), workspace), here)
            )
            for place, source in enumerate(request["sources"])
        },
        {},
    )


def _program(request: Request) -> Answer:
    workspace = open_workspace(_path(request["workspace"]))
    linked = link_program([Path(source) for source in request["sources"]], workspace)
    return Answer({"program": debuggable(linked)}, {})


def _system(request: Request) -> Answer:
    built = build(
        request["programs"],
        init=request["init"],
        arguments=request["arguments"],
        environment=request["environment"],
        append=request["append"],
        workspace=open_workspace(_path(request["workspace"])),
    )
    files = {"kernel": debuggable(built.kernel), "initrd": built.initrd}
    files |= {f"program/{program.name}": program.debuggable() for program in built.programs}
    return Answer(files, {"command_line": built.command_line})


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


_TASKS: Mapping[str, Task] = {
    "objects": _objects,
    "program": _program,
    "system": _system,
}
