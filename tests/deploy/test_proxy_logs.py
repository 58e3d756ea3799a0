"""What nginx writes down, as deploy/nginx.conf tells it to: nothing that opens something."""

from pathlib import Path

import httpx
import pytest

from tests.deploy.supervised import Supervised

pytestmark = pytest.mark.server
SECRET = "s3cr3t"
ASKED = {
    f"/conversation/ws?email_id=ann@example.org&token={SECRET}": "/conversation/ws",
    f"/return/{SECRET}/": "/return/...",
    f"/accounts/password/reset/key/1-{SECRET}/": "/accounts/password/reset/key/...",
    f"/accounts/confirm-email/{SECRET}/": "/accounts/confirm-email/...",
    "/accounts/password/reset/": "/accounts/password/reset/",
}


@pytest.fixture
def proxy(tmp_path):
    """The proxy alone: nobody is behind it, which it notes as well."""
    found = Supervised(tmp_path)
    found.nginx.start()
    try:
        found.nginx.wait_until(lambda: answers(found.url))
        yield found
    finally:
        found.stop()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == 502
    except httpx.TransportError:
        return False


def test_neither_log_has_tokens_addresses_or_links(proxy):
    for path in ASKED:
        came_from = {"Referer": f"{proxy.url}/return/{SECRET}/"}
        assert httpx.get(proxy.url + path, headers=came_from).status_code == 502
    logs = {path.name: path.read_text() for path in Path(proxy.folder).glob("*.log")}
    assert logs["access.log"]
    for shown in ASKED.values():
        assert f'"GET {shown} HTTP/1.1" 502' in logs["access.log"]
    for text in (*logs.values(), proxy.nginx.log):
        assert SECRET not in text
        assert "ann@" not in text
