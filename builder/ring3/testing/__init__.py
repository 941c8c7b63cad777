"""Tests of kernels: what is expected, as data; what came of it, as a verdict.

    [[check]] tables ──check──> Check ──execution──> Outcome ──verdict──> Verdict
                                              plugin: the same under pytest

The modules are imported by who uses them: pytest imports this package wherever
ring3 is installed, and must not wait for it.
"""

ARTIFACTS = "--ring3-artifacts"
"""pytest's option for the folder in which artifacts are kept."""
