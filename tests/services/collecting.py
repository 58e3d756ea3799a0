"""The garbage collector leaves alone what is there for the whole run.

All that collecting makes, 3,600 tests and the modules they are in, stays to the end. To look
through it again and again costs each worker 1.8 of its 5 seconds of collecting, and more later.
"""

import gc

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    gc.enable()
    gc.freeze()
