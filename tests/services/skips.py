"""In CI a skipped test is a failure, unless what it lacks cannot be had there."""

import os

import pytest

IN_CI = os.environ.get("CI") == "true"

# Set by `setup.sh test`: what no package source offered, as "name: reason" lines.
CANNOT_BE_HAD = os.environ.get("TEST_CANNOT_BE_HAD", "")


def missing(name: str, remedy: str) -> None:
    """Skip the running test because `name` is missing; `remedy` says how to get it."""
    reason = next(
        (line for line in CANNOT_BE_HAD.splitlines() if line.startswith(f"{name}:")), None
    )
    if reason:
        pytest.skip(f"not to be had: {reason}")
    pytest.skip(f"{name} is missing: {remedy}")


def refused_in_ci(report: pytest.TestReport) -> pytest.TestReport:
    """The report as it is, or as a failure where CI should not have skipped."""
    if not (IN_CI and report.skipped) or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if "not to be had" not in reason:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {reason}"
    return report
