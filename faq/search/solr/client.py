"""Requests to Solr, on whichever of its nodes answers. The only file that knows pysolr."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pysolr
import requests

from faq.search.solr.session import BoundedSession

Answer = TypeVar("Answer")
Query = dict[str, Any]

# Seconds. No question and no check waits longer for Solr than this.
LONGEST = 2.0
# What builds and fills an index, in the background.
LONGEST_UPDATE = 60.0
# A node that failed is asked last for so long.
AVOIDED = 10.0


class Away(Exception):
    """Solr has not answered as it should. The message says how it failed, and nothing of what
    was asked: it stands in logs."""


class Client:
    """One Solr, or the nodes of one SolrCloud by their addresses, as http://host:8983/solr.

    May be used from several threads. Every method raises Away.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = tuple(addresses)
        self._session = BoundedSession()
        # Solr is reached as it is written, whatever proxies the environment names.
        self._session.trust_env = False
        self._avoid: dict[str, float] = {}

    def search(self, index: str, query: Query, seconds: float = LONGEST) -> Any:
        """Return the decoded answer to a query by its parameters, `q` among them: a dict."""

        def ask(address: str, timeout: float) -> Any:
            return self._solr(f"{address}/{index}", timeout).search(**query)

        answer = self._anywhere(ask, seconds)
        if not isinstance(answer.get("response"), dict):
            raise Away("answered something else")
        return answer

    def add(self, index: str, documents: Sequence[dict[str, Any]]) -> None:
        """Add documents, replacing those of the same id; to be seen after a commit."""
        self._anywhere(
            lambda address, timeout: self._solr(f"{address}/{index}", timeout).add(list(documents)),
            LONGEST_UPDATE,
        )

    def delete(self, index: str, query: str) -> None:
        """Delete what a query finds; to be seen after a commit."""
        self._anywhere(
            lambda address, timeout: self._solr(f"{address}/{index}", timeout).delete(q=query),
            LONGEST_UPDATE,
        )

    def commit(self, index: str, *, soft: bool) -> None:
        """Let what was added and deleted be seen; unless soft, have it on disk too."""
        self._anywhere(
            lambda address, timeout: self._solr(f"{address}/{index}", timeout).commit(
                softCommit=soft
            ),
            LONGEST_UPDATE,
        )

    def admin(
        self, path: str, action: str, params: Query | None = None, body: bytes | None = None
    ) -> dict[str, Any]:
        """Return the decoded answer of an address below /solr/admin."""

        def ask(address: str, timeout: float) -> Any:
            return self._administered(address, timeout, path, action, params, body)

        answer = self._anywhere(ask, LONGEST_UPDATE)
        if not isinstance(answer, dict):
            raise Away("answered something else")
        return answer

    def admin_everywhere(self, path: str, action: str) -> None:
        """Ask every node; those that are away are passed over."""
        for address in self.addresses:
            with suppress(Away):
                _said(
                    lambda where, timeout: self._administered(where, timeout, path, action),
                    address,
                    LONGEST,
                )

    def _administered(
        self,
        address: str,
        timeout: float,
        path: str,
        action: str,
        params: Query | None = None,
        body: bytes | None = None,
    ) -> Any:
        response = self._session.request(
            "GET" if body is None else "POST",
            f"{address}/admin/{path}",
            params={"action": action, **(params or {}), "wt": "json"},
            data=body,
            headers={"Content-Type": "application/octet-stream"} if body else None,
            timeout=timeout,
        )
        if response.status_code != 200:
            raise Away(f"HTTP {response.status_code} to {action}")
        return response.json()

    def _solr(self, url: str, timeout: float) -> pysolr.Solr:
        return pysolr.Solr(url, timeout=timeout, session=self._session, results_cls=dict)

    def _anywhere(self, ask: Callable[[str, float], Answer], seconds: float) -> Answer:
        """Ask one node after the other until one answers, in `seconds` altogether."""
        now = time.monotonic()
        end = now + seconds
        order = sorted(self.addresses, key=lambda address: self._avoid.get(address, 0.0) > now)
        trouble = Away("no time left")
        for number, address in enumerate(order, 1):
            left = end - time.monotonic()
            if left <= 0:
                break
            try:
                # Time is left for the others, should this one only hold the line.
                answer = _said(ask, address, left if number == len(order) else left / 2)
            except Away as error:
                trouble = error
                self._avoid[address] = time.monotonic() + AVOIDED
            else:
                return answer
        raise trouble


def _said(ask: Callable[[str, float], Answer], address: str, timeout: float) -> Answer:
    """Return the answer, or raise Away for whatever came instead of one."""
    try:
        return ask(address, timeout)
    except Away:
        raise
    except pysolr.SolrError as error:
        raise _reason(error) from None
    except requests.exceptions.Timeout:
        raise Away("no answer in time") from None
    except requests.exceptions.ConnectionError:
        raise Away("no connection") from None
    except Exception as error:
        # Not JSON, or JSON of another shape: pysolr stumbles over it somewhere.
        raise Away(f"answered something else ({type(error).__name__})") from None


def _reason(error: pysolr.SolrError) -> Away:
    """Only the status: pysolr's message quotes Solr's, which quotes the question."""
    text = str(error)
    if status := re.search(r"\(HTTP (\d+)\)", text):
        return Away(f"HTTP {status[1]}")
    return Away("no answer in time" if "timed out" in text else "no connection")
