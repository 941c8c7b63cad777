"""Where the commands begin: ``ring3``, ``build-image``, and ``python -m ring3``.

Until what runs them is imported, nobody could turn Ctrl-C into an end without a
traceback: so it ends the process by itself, as it does a program in C.
"""

import signal
from typing import NoReturn

_asked = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not ignored, as by nohup
if _asked:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from ring3 import cli  # noqa: E402  # this is what takes its time

if _asked:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main() -> NoReturn:
    """Entry point of ``ring3``."""
    cli.main()


def build_image() -> NoReturn:
    """Entry point of ``build-image``."""
    cli.build_image()


if __name__ == "__main__":
    main()
