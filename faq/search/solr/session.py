"""HTTP to Solr that ends in time, whatever the other end does."""

from __future__ import annotations

import time
from typing import Any

import requests
import urllib3

# An honest answer has some kilobytes; of 100,000 entries the check's has 5 MiB.
MOST_BYTES = 64 * 1024 * 1024
PIECE = 64 * 1024


class BoundedSession(requests.Session):
    """A session whose `timeout` is that of the whole exchange, in seconds.

    That of requests counts from byte to byte: who sends one now and then holds it for ever.
    """

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        end = time.monotonic() + options["timeout"]
        # A redirect would take the question to who knows whom.
        options |= {"stream": True, "allow_redirects": False}
        response = super().request(method, url, **options)
        try:
            response._content = _read(response, end)
        except urllib3.exceptions.TimeoutError as error:
            raise requests.exceptions.ReadTimeout(error) from None
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ConnectionError(error) from None
        finally:
            response.close()
        return response


def _read(response: requests.Response, end: float) -> bytes:
    pieces, size = [], 0
    while piece := response.raw.read1(PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES or time.monotonic() > end:
            raise requests.exceptions.ReadTimeout("the answer does not end")
    return b"".join(pieces)
