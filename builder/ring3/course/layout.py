"""Where the parts of an assignment lie in its folder, and which assignments there are.

assignments/NAME/
    assignment.toml   title, systems, checks: points, judges, hints
    README.md         the hand-out
    starter/          what a student begins with: a workspace
    checks/           what the grader boots; students do not get it
"""

from __future__ import annotations

from pathlib import Path

from ring3.diagnostic import Ring3Error, nearest
from ring3.workspace import stock

CONFIGURATION = "assignment.toml"
HAND_OUT = "README.md"
STARTER = "starter"


def assignment_names() -> list[str]:
    """The stock assignments, sorted."""
    return sorted(path.parent.name for path in stock().assignments.glob(f"*/{CONFIGURATION}"))


def find_assignment(typed: str) -> Path:
    """The folder of a stock assignment by name, or of one's own by path.

    Raises Ring3Error when there is none, with the nearest name.
    """
    folder = stock().assignments / typed
    if "/" not in typed and (folder / CONFIGURATION).is_file():
        return folder
    own = Path(typed)
    if (own / CONFIGURATION).is_file():
        return own
    if own.is_dir():
        raise Ring3Error(f"{typed} is no assignment: it has no {CONFIGURATION}")
    names = assignment_names()
    near = nearest(typed, names)
    guess = f"did you mean `{near}`? " if near else ""
    raise Ring3Error(
        f"there is no assignment `{typed}`",
        help=f"{guess}there are: {', '.join(names)}; or give the folder of your own",
    )
