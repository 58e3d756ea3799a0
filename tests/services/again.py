"""One more try for a test that drives a real browser or real servers, told in the closing summary.

Such a test can fail because the machine was busy elsewhere for a moment, and one in a thousand
would keep everybody's work from landing. The second try begins anew: servers, browsers and all
else that its module shares are started again. Nothing is hidden: a line RERUN names the test, its
first failure is shown, and the last line counts it. Only `./setup.sh test` does this (TEST_AGAIN).
"""

import os

import pytest
from _pytest.runner import runtestprotocol

TOLD = "rerun"
IS_SECOND = pytest.StashKey[bool]()
# Whoever uses one of these, in person or through other fixtures, uses a real process.
REAL = {"browser", "demo", "demo_on_postgres", "first_run", "postgres", "shared_redis"}


def may_be_tried_again(item: pytest.Item) -> bool:
    if "TEST_AGAIN" not in os.environ or item.stash.get(IS_SECOND, False):
        return False
    marked = any(item.get_closest_marker(name) for name in ("browser", "server"))
    return marked or bool(REAL & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if not may_be_tried_again(item):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    failed = [report for report in reports if report.failed]
    for report in failed:
        report.outcome = TOLD  # type: ignore[assignment]
    for report in failed or reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    if failed:
        begin_anew(item)
        # Through all hooks: the second try has a timeout of its own.
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
    return True


def begin_anew(item: pytest.Item) -> None:
    """End what the item's module and package share; of the session nothing."""
    item.stash[IS_SECOND] = True
    try:
        item.session._setupstate.teardown_exact(item.session)  # type: ignore[arg-type]
    except Exception as error:
        print(f"while ending what {item.nodeid} used: {error!r}")


def pytest_report_teststatus(report: pytest.TestReport) -> tuple | None:
    if report.outcome == TOLD:
        return TOLD, "R", ("RERUN", {"yellow": True})
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get(TOLD, []):
        terminalreporter.section(f"RERUN {report.nodeid}, first try ({report.when})", "_")
        terminalreporter.line(report.longreprtext)
    for report in terminalreporter.stats.get(TOLD, []):
        terminalreporter.line(f"RERUN {report.nodeid}", yellow=True)
