"""How the tests are shared out among pytest-xdist's workers (`./setup.sh test`, or `pytest -n 3`).

A file stays whole, so that a module's server and browser are started once. So do some folders:
what `tests/faults` does to its processes should not be measured by two workers at a time, one
Solr is enough, two modules talk to the same two processes, and who has loaded a language model,
learned the demo's FAQ or embedded thousands of sentences has done it for all.
"""

import pytest

# Longest first: what is begun last must not be what everybody waits for.
FIRST = (
    "tests/faults",
    "tests/journeys",
    "tests/test_setup",
    "tests/faq/search/solr",
    "tests/pages",
    "tests/chat/bot/test_processes.py",
    "tests/chat/bot/language_models",
    "tests/faq/questions",
    "tests/chat/images/test_screenshots.py",
)
WHOLE = {
    "tests/faults": "faults",
    "tests/faq/search/solr": "Solr",
    "tests/chat/bot/language_models": "language model",
    "tests/chat/consumers/test_processes.py": "two processes",
    "tests/chat/consumers/test_three_modes.py": "two processes",
    "tests/chat/bot/test_failures.py": "language model",
    "tests/chat/bot/test_injections.py": "language model",
    "tests/chat/bot/test_rules.py": "wishes",
    "tests/chat/bot/test_wishes.py": "wishes",
    "tests/faq/questions": "learned demo",
    "tests/chat/images/test_screenshots.py": "learned demo",
}


def unit(nodeid: str) -> str:
    """The name of the tests that stay together with this one."""
    return next(
        (name for start, name in WHOLE.items() if nodeid.startswith(start)),
        nodeid.partition("::")[0],
    )


def turn(nodeid: str) -> int:
    """Small numbers are run first."""
    return next((i for i, start in enumerate(FIRST) if nodeid.startswith(start)), len(FIRST))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadFileScheduling

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False  # by the number of tests, that would be
    return Units(config, log)
