"""``ring3 doctor``: ──> what is installed, and what to do about what is not."""

from __future__ import annotations

import json

import click

from ring3.cli.ending import FAILURE
from ring3.cli.options import HELP, json_option
from ring3.doctor import as_data, examine, ready_to_run, render


@click.command(context_settings=HELP)
@json_option
def doctor(as_json: bool) -> int:
    """Say what is installed, what it is for, and the command that installs the rest.

    QEMU and KVM are tried with a tiny guest.  The exit status is 0 when all
    that `ring3 run` needs is there and works, else 1.
    """
    findings = examine()
    click.echo(json.dumps(as_data(findings), indent=2) if as_json else render(findings))
    return 0 if ready_to_run(findings) else FAILURE
