"""``python -m ring3``: the command without its script."""

from ring3.cli import main

main()
