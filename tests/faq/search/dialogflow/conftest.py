from collections.abc import Iterator

import pytest

from faq.search.dialogflow import asking
from tests.services.dialogflow import Agent

PROJECT = "campus-help"


@pytest.fixture(scope="module")
def running() -> Iterator[Agent]:
    agent = Agent()
    agent.start()
    yield agent
    agent.stop()


@pytest.fixture
def agent(running: Agent, settings) -> Iterator[Agent]:
    """A live agent, chosen as engine; nothing is known of it yet."""
    running.asked.clear()
    running.metadata.clear()
    settings.FAQ_ENGINE = "dialogflow"
    settings.DIALOGFLOW_PROJECT = PROJECT
    settings.DIALOGFLOW_ENDPOINT = running.endpoint
    asking._link.cache_clear()
    yield running
    running.recover()
    running.reads_agent = None
    link = asking.current()
    assert link is not None
    link.client.close()
    asking._link.cache_clear()


@pytest.fixture
def link(agent: Agent) -> asking.Link:
    """The process's link to the agent, which has read its threshold."""
    link = asking.current()
    assert link is not None
    link.trial.join()
    return link
