"""Google's client library, behind two plain questions. Nothing else knows that library, and it
is loaded when the first question is asked: half a second, and only where it is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# A channel that was refused tries again this soon; left alone it would wait up to two minutes.
# The "minimum" is how long one attempt may take.
RECONNECT = [
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.min_reconnect_backoff_ms", 5_000),
]
REGION = re.compile(r"([a-z]+-[a-z]+\d+)-dialogflow\.googleapis\.com")


class Away(Exception):
    """Dialogflow gave no answer; the text says in a few words why."""


class NotUnderstood(Exception):
    """Dialogflow refused this one question; it would answer another."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What an agent makes of a question: `text` is empty where the intent has none to say."""

    intent: str
    text: str
    confidence: float
    is_fallback: bool


class Client:
    """One agent. `endpoint` is a host, or http://127.0.0.1:port for one without encryption and
    without a key; `key` is the path of the service account's JSON file. Threads may share it."""

    def __init__(self, project: str, key: str, endpoint: str) -> None:
        from google.cloud import dialogflow_v2
        from google.cloud.dialogflow_v2.services.agents.transports import AgentsGrpcTransport
        from google.cloud.dialogflow_v2.services.sessions.transports import SessionsGrpcTransport

        transport = _transport(SessionsGrpcTransport, key, endpoint)
        self._sessions = dialogflow_v2.SessionsClient(transport=transport)
        shared = AgentsGrpcTransport(host=endpoint, channel=transport.grpc_channel)
        self._agents = dialogflow_v2.AgentsClient(transport=shared)
        region = REGION.match(endpoint)
        self._parent = f"projects/{project}"
        if region:
            self._parent += f"/locations/{region[1]}"

    def detect(self, text: str, session: str, language: str, seconds: float) -> Matched:
        """Return what the agent makes of `text`. Raises Away within `seconds`, or NotUnderstood."""
        request = {
            "session": f"{self._parent}/agent/sessions/{session}",
            "query_input": {"text": {"text": text, "language_code": language}},
        }
        return _matched(_call(self._sessions.detect_intent, request, seconds).query_result)

    def threshold(self, seconds: float) -> float | None:
        """Return the agent's own: from which confidence it takes an intent for the right one.

        None where the key may not read the agent. Raises Away within `seconds`.
        """
        try:
            agent = _call(self._agents.get_agent, {"parent": self._parent}, seconds)
        except (NotUnderstood, Forbidden):
            return None
        return _share(agent.classification_threshold)

    def close(self) -> None:
        self._sessions.transport.close()


class Forbidden(Away):
    """The key does not allow this."""


def _transport(kind: Any, key: str, endpoint: str) -> Any:
    import grpc
    from google.oauth2 import service_account

    if endpoint.startswith("http://"):
        # Settings let only this machine's own addresses through.
        options = [*RECONNECT, ("grpc.enable_http_proxy", 0)]
        return kind(channel=grpc.insecure_channel(urlsplit(endpoint).netloc, options))

    def channel(host: str, *, options: list[tuple[str, int]], **more: Any) -> Any:
        return kind.create_channel(host, options=[*options, *RECONNECT], **more)

    credentials = service_account.Credentials.from_service_account_file(key)
    # Signed here, so that no token has to be fetched first.
    return kind(host=endpoint, credentials=credentials, channel=channel, always_use_jwt_access=True)


def _call(method: Any, request: dict[str, Any], seconds: float) -> Any:
    from google.api_core import exceptions, retry
    from google.auth.exceptions import GoogleAuthError

    # A connection that was idle for long may be gone: once more, in the same seconds.
    again = retry.Retry(
        predicate=retry.if_exception_type(exceptions.ServiceUnavailable),
        initial=0.05, maximum=0.2, timeout=seconds / 2,
    )  # fmt: skip
    try:
        return method(request=request, retry=again, timeout=seconds)
    except exceptions.InvalidArgument as error:
        raise NotUnderstood(error.message[:200]) from error
    except exceptions.Forbidden as error:
        raise Forbidden(f"permission denied: {error.message[:200]}") from error
    except exceptions.RetryError as error:
        raise Away("unavailable") from error
    except exceptions.GoogleAPICallError as error:
        status = error.grpc_status_code.name.lower() if error.grpc_status_code else "no answer"
        raise Away(status.replace("_", " ")) from error
    except (exceptions.GoogleAPIError, GoogleAuthError) as error:
        raise Away(type(error).__name__) from error


def _matched(result: Any) -> Matched:
    return Matched(
        intent=_clean(result.intent.display_name),
        text=_said(result),
        confidence=_share(result.intent_detection_confidence),
        is_fallback=result.intent.is_fallback or not result.intent.display_name,
    )


def _said(result: Any) -> str:
    """The texts meant for every platform, one after the other; else the text by itself."""
    texts = [
        message.text.text[0]
        for message in result.fulfillment_messages
        if message.text.text and not message.platform
    ]
    return _clean("\n\n".join(texts) or result.fulfillment_text)


def _clean(text: str) -> str:
    """Without control characters, which PostgreSQL and pages refuse."""
    return "".join(one for one in text if ord(one) >= 32 or one in "\n\t").strip()


def _share(number: float) -> float:
    """A number from 0 to 1; what is none, and NaN, counts as 0."""
    return number if 0.0 <= number <= 1.0 else 0.0
