"""What is found out after an end: for whom, from what, and when nothing is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from boot.stock_system import PATIENCE, StockSystem, init_of
from boot.wrong_kernels.library import build, mistakes
from commands import ring3
from ring3 import pipeline
from ring3.machine import Boot, Machine, Options, Outcome, OutcomeKind, load_machine, run
from ring3.postmortem import PostMortem, explain
from ring3.workspace import Workspace

OPTIONS = Options(deterministic=True, timeout=PATIENCE)
DIVISION = next(mistake for mistake in mistakes() if mistake.name == "division_by_zero")

# Programs that are killed, and deserve it: an exception each that a wrong kernel causes too.
DESERVED = ("undefined", "selector", "int_dpl0", "write_text", "execute_data", "noncanonical")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ring3.toml, whose kernel divides by zero."""
    folder = tmp_path_factory.mktemp("workspace")
    source = folder / "kernel" / DIVISION.file
    source.parent.mkdir(parents=True)
    source.write_text(DIVISION.text)
    (folder / "ring3.toml").write_text('[kernel]\nsources = "kernel"\n')
    return folder


def microvm() -> Machine:
    return load_machine("microvm", Workspace().machine_roots)


def test_a_run_says_why_the_kernel_panicked_and_keeps_it_with_the_transcript(
    workspace: Path,
) -> None:
    ended = ring3("run", "--timeout", "100", "doors", cwd=workspace)
    said = ended.stderr.decode()
    assert ended.returncode == 126, said
    assert "post-mortem (panic): The kernel divided by zero: DIV ECX, and ECX is 0." in said
    assert f"--> kernel/{DIVISION.place} " in said
    kept = Path(said.split("are kept in ")[1].split("\n")[0])
    assert (kept / "post-mortem.txt").read_text() in said


def test_a_run_gives_the_post_mortem_as_data(workspace: Path) -> None:
    ended = ring3("run", "--timeout", "100", "--json", "doors", cwd=workspace)
    found = json.loads(ended.stdout)["post_mortem"]
    assert found["rule"] == "division"
    assert found["repeated"] is True
    assert found["where"]["line"]["file"] == f"kernel/{DIVISION.file}"
    assert [step["vector"] for step in found["steps"]] == [0]
    assert found["registers"]["rcx"] == 0


@pytest.mark.parametrize("program", DESERVED)
def test_a_program_that_is_killed_for_its_own_fault_gets_no_post_mortem(
    program: str, boot: StockSystem
) -> None:
    outcome = boot(program, options=OPTIONS)
    assert outcome.kind is OutcomeKind.KILLED, outcome.report()
    assert explain(outcome, microvm(), boot.kernel(init_of(program)), OPTIONS) is None


def test_a_program_that_runs_for_ever_is_no_hang_of_the_kernel(boot: StockSystem) -> None:
    outcome = Outcome(OutcomeKind.TIMEOUT, "the machine was still running")
    options = replace(OPTIONS, timeout=3.0)
    assert explain(outcome, microvm(), boot.kernel(init_of("loop")), options) is None


def test_a_panic_that_does_not_come_again_is_said_to_be_one(boot: StockSystem) -> None:
    voice = b"ring3: booted\nring3: panic: #PF page fault in the kernel, error=0x0 rip=0x1\n"
    outcome = Outcome(OutcomeKind.PANIC, "the kernel panicked", voice=voice)
    found = explain(outcome, microvm(), boot.kernel(init_of("status", "0")), OPTIONS)
    assert found is not None
    assert not found.repeated
    assert found.steps == ()
    assert "It did not happen again" in found.text()
    assert "ring3: panic: #PF page fault in the kernel" in found.text()


def test_a_kernel_without_debugging_information_is_explained_with_its_symbols(
    tmp_path: Path,
) -> None:
    kernel = build(DIVISION, tmp_path)
    outcome = kernel.run(OutcomeKind.PANIC)
    found = explain(outcome, kernel.machine, kernel.boot, OPTIONS)
    assert found is not None
    assert found.rule == "division"
    assert found.where is not None
    assert found.where.symbol == "sys_getppid"
    assert found.where.line is None


def test_an_image_is_explained_by_addresses_alone(workspace: Path, tmp_path: Path) -> None:
    own = Workspace(folder=workspace, kernel_sources=workspace / "kernel")
    image = tmp_path / "wrong.img"
    image.write_bytes(pipeline.pack(pipeline.build(["doors"], workspace=own), own))
    found = explained(load_machine("pc", own.machine_roots), Boot(image=image))
    assert found.rule == "division"
    assert found.where is None
    assert "rip=" in found.text()


def explained(machine: Machine, boot: Boot) -> PostMortem:
    outcome = run(machine, boot, OPTIONS)
    found = explain(outcome, machine, boot, OPTIONS)
    assert found is not None, outcome.report()
    return found
