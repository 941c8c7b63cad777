"""A workspace: what ring3.toml may say, and what it gets for saying something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error, SourceError
from ring3.workspace import Workspace, open_workspace


def make(folder: Path, configuration: str) -> Path:
    (folder / "ring3.toml").write_text(configuration, encoding="utf-8")
    return folder


def test_without_a_workspace_the_stock_sources_are_all_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace = open_workspace(None)
    assert workspace == Workspace()
    assert workspace.kernel_roots == (workspace.stock.kernel,)


def test_a_ring3_toml_in_the_current_folder_is_used_without_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make(tmp_path, '[image]\ninit = "hello"\n'))
    assert open_workspace(None).init == "hello"


def test_a_kernel_source_of_the_workspace_replaces_the_stock_one_of_the_same_path(
    tmp_path: Path,
) -> None:
    own = tmp_path / "kernel" / "entry" / "syscall.s"
    own.parent.mkdir(parents=True)
    own.touch()
    workspace = open_workspace(make(tmp_path, '[kernel]\nsources = "kernel"\n'))
    assert workspace.kernel_files()["entry/syscall.s"] == own
    assert workspace.kernel_file("entry/syscall.s") == own
    stock = Workspace()
    others = {k: v for k, v in workspace.kernel_files().items() if k != "entry/syscall.s"}
    assert others == {k: v for k, v in stock.kernel_files().items() if k != "entry/syscall.s"}


def test_a_part_that_is_left_out_has_no_files_in_the_kernel(tmp_path: Path) -> None:
    workspace = open_workspace(make(tmp_path, '[kernel]\nwithout = ["compat", "log"]\n'))
    assert workspace.without == {"compat", "log"}
    left_out = {name for name in Workspace().kernel_files() if name.startswith(("compat/", "log/"))}
    assert left_out
    assert workspace.kernel_files().keys() == Workspace().kernel_files().keys() - left_out
    assert workspace.files_left_out().keys() == left_out


def test_the_checks_of_a_workspace_do_not_change_what_is_built(tmp_path: Path) -> None:
    """Their own reader complains of what is wrong in them."""
    text = "[image]\ninit = 'hello'\n"
    plain = open_workspace(make(tmp_path, text))
    assert open_workspace(make(tmp_path, text + "[[check]]\nnmae = 1\n")) == plain


def test_a_folder_without_ring3_toml_is_not_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"not a workspace: it has no ring3\.toml"):
        open_workspace(tmp_path)


@pytest.mark.parametrize(
    ("configuration", "message", "cure"),
    [
        (
            "[kernel]\nwithout = ['compta']\n",
            "`compta` is not a part of the kernel that can be left out",
            "did you mean `compat`?",
        ),
        ("[kernel]\nwithout = 'compat'\n", "`without` must be a list of texts, not 'compat'", None),
        ("[kernel]\nwithout = [7]\n", r"`without` must be a list of texts, not \[7\]", None),
        ("[kernal]\n", r"`kernal` is not a key of ring3\.toml", "did you mean `kernel`?"),
        (
            "[image]\nformt = 'disk'\n",
            r"`formt` is not a key of \[image\]",
            "did you mean `format`?",
        ),
        ("[machine]\nzzz = 1\n", "`zzz` is not a key", "known are name, memory, cpus, cpu"),
        ("[machine]\ncpus = '2'\n", "`cpus` must be a whole number, not '2'", None),
        ("[machine]\ncpus = true\n", "`cpus` must be a whole number, not True", None),
        ("[kernel]\nappend = 3\n", "`append` must be a text, not 3", None),
        ("image = 1\n", "`image` must be a table, not 1", None),
        ("[kernel]\nsources = 'nowhere'\n", "there is no folder .*nowhere", None),
        ("[programs]\nshell = 'shell.s'\n", r"`shell`: there is no file .*shell\.s", None),
        ("[image.files]\nmotd = 'motd'\n", "`motd`: there is no file", None),
        ("[kernel\n", r"ring3\.toml:1:8\n", None),
    ],
)
def test_what_ring3_toml_gets_wrong_is_named(
    tmp_path: Path, configuration: str, message: str, cure: str | None
) -> None:
    with pytest.raises(Ring3Error, match=message) as caught:
        open_workspace(make(tmp_path, configuration))
    assert "ring3.toml:" in str(caught.value)
    if cure is not None:
        assert f"= help: {cure}" in str(caught.value)


def test_all_that_ring3_toml_gets_wrong_is_said_in_one_go_each_at_its_line(tmp_path: Path) -> None:
    configuration = "[image]\ninit = 1\n[programs]\none = 2\n[machnie]\n"
    with pytest.raises(SourceError) as caught:
        open_workspace(make(tmp_path, configuration))
    assert [one.location.line for one in caught.value.diagnostics] == [2, 5]
    with pytest.raises(SourceError) as caught:
        open_workspace(make(tmp_path, "[programs]\none = 2\n[image]\nfiles = { b = 'b' }\n"))
    assert [one.location.line for one in caught.value.diagnostics] == [2, 4]


def test_the_routines_of_the_library_are_not_programs() -> None:
    workspace = Workspace()
    library = set(workspace.library())
    assert library
    assert library.isdisjoint(workspace.stock_programs().values())
    assert {"hello", "auxv", "doors"} <= workspace.stock_programs().keys()
