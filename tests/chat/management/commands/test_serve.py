"""Which ports a process takes; that they are served is shown by tests of real servers."""

import pytest
import uvicorn
from django.core.management import CommandError, call_command

from tests.services.ports import free_port


@pytest.fixture
def served(settings, monkeypatch):
    """served(only=...): the ports that `serve` takes with a devices' port, in settings' order."""
    settings.DATABASE_IS_SQLITE, settings.REDIS_URL = False, "redis://127.0.0.1/0"
    settings.DEVICE_PORT, pages = free_port(), free_port()
    taken: list[int] = []

    def run(server: uvicorn.Server, sockets: list | None = None) -> None:
        taken.extend(one.getsockname()[1] for one in sockets or ())
        if sockets is None:
            taken.append(server.config.port)
        for one in sockets or ():
            one.close()

    def serve(**options: str) -> list[str]:
        call_command("serve", port=pages, **options)
        names = {pages: "pages", settings.DEVICE_PORT: "devices"}
        return [names[port] for port in taken]

    monkeypatch.setattr(uvicorn.Server, "run", run)
    return serve


def test_one_process_alone_has_both_ports(served):
    assert served() == ["pages", "devices"]


@pytest.mark.parametrize("only", ["pages", "devices"])
def test_of_several_each_has_its_own(served, only):
    assert served(only=only) == [only]


@pytest.mark.parametrize("setting", ["DEVICE_PORT", "REDIS_URL"])
def test_what_a_process_for_devices_lacks_is_named(served, settings, setting):
    setattr(settings, setting, 0)
    with pytest.raises(CommandError, match=setting):
        served(only="devices")
