"""A program on microvm, and QEMU's view of it from outside.

with monitored(boot, "loop") as (session, monitor):
    monitor.command("inject-nmi")
    with inspected(monitor) as guest:
        guest.mappings()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3.machine import Options, Session, load_machine
from ring3.machine.monitor import Monitor, connected


@contextmanager
def monitored(
    boot: StockSystem, program: str, *words: str, cpu: str = "max", arguments: tuple[str, ...] = ()
) -> Iterator[tuple[Session, Monitor]]:
    """``program``, once the kernel has started it; ``arguments`` are more of QEMU's."""
    machine = load_machine("microvm", boot.workspace.machine_roots)
    machine = replace(machine, cpu=cpu, arguments=(*machine.arguments, *arguments))
    options = Options(timeout=PATIENCE, monitor=boot.folder / "monitor")
    assert options.monitor is not None
    with Session(machine, boot.kernel(init_of(program, *words)), options) as session:
        session.expect_voice("ring3: init ")
        with connected(options.monitor, session.process.pump) as monitor:
            yield session, monitor
