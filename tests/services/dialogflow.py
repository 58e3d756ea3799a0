"""A local server that speaks Dialogflow's published gRPC interface, on loopback.

The library ships no base class for a server: the handlers are registered by name, with the
library's own messages for what comes in and goes out.
"""

import threading
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field

import grpc
from google.cloud import dialogflow_v2 as published

from tests.services.ports import free_port

FALLBACK = ("Default Fallback Intent", "Sorry, what was that?")
SESSIONS = "google.cloud.dialogflow.v2.Sessions"
AGENTS = "google.cloud.dialogflow.v2.Agents"
# By what is asked: the intent, what it says, and how sure the agent is.
INTENTS = {
    "how do i get on the wifi": ("network.wifi", "Choose campus-secure.", 0.87),
    "wifi": ("network.wifi", "Choose campus-secure.", 0.45),
    "nothing to say": ("quiet", "", 0.9),
    "say two things": ("two", ["One.", "Two."], 0.8),
    "say rubbish": ("odd\x00name", "null \x00 and bell \x07.", float("nan")),
    "say too much": ("long", "x" * 20_000, 0.9),
}


@dataclass
class Agent:
    """A running agent. What it is told to do with a question (`does`) it does until told else."""

    port: int = field(default_factory=free_port)
    threshold: float = 0.4
    asked: list[published.DetectIntentRequest] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.does: Callable[[grpc.ServicerContext], None] | None = None
        self.reads_agent: grpc.StatusCode | None = None
        self.raw: bytes | None = None
        self._released = threading.Event()
        self._server: grpc.Server | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        return [request.query_input.text.text for request in self.asked]

    def start(self, credentials: grpc.ServerCredentials | None = None) -> None:
        self._released.clear()
        server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.so_reuseport", 0)])
        server.add_generic_rpc_handlers((self._sessions(), self._agents()))
        address = f"127.0.0.1:{self.port}"
        if credentials:
            assert server.add_secure_port(address, credentials)
        else:
            assert server.add_insecure_port(address)
        server.start()
        self._server = server

    def stop(self) -> None:
        self._released.set()
        if self._server:
            self._server.stop(None).wait()
        self._server = None

    def be_silent(self) -> None:
        """Take questions and never answer."""
        self.does = lambda context: bool(self._released.wait(30)) and None

    def fail_with(self, code: grpc.StatusCode) -> None:
        self.does = lambda context: context.abort(code, "as the test wants it")

    def answer_with(self, raw: bytes) -> None:
        """Send these bytes instead of an answer."""
        self.raw = raw

    def recover(self) -> None:
        self.does = self.raw = None

    def _sessions(self) -> grpc.GenericRpcHandler:
        detect = grpc.unary_unary_rpc_method_handler(
            self._detect,
            request_deserializer=published.DetectIntentRequest.deserialize,
            response_serializer=self._serialized,
        )
        return grpc.method_handlers_generic_handler(SESSIONS, {"DetectIntent": detect})

    def _agents(self) -> grpc.GenericRpcHandler:
        get = grpc.unary_unary_rpc_method_handler(
            self._get_agent,
            request_deserializer=published.GetAgentRequest.deserialize,
            response_serializer=published.Agent.serialize,
        )
        return grpc.method_handlers_generic_handler(AGENTS, {"GetAgent": get})

    def _detect(
        self, request: published.DetectIntentRequest, context: grpc.ServicerContext
    ) -> published.DetectIntentResponse:
        self.asked.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        if self.does:
            self.does(context)
        return published.DetectIntentResponse(query_result=self._result(request))

    def _result(self, request: published.DetectIntentRequest) -> dict:
        text = request.query_input.text.text
        name, said, confidence = INTENTS.get(text.lower(), (*FALLBACK, 1.0))
        said = [said] if isinstance(said, str) else said
        return {
            "query_text": text,
            "language_code": request.query_input.text.language_code,
            "all_required_params_present": True,
            "fulfillment_text": said[0],
            "fulfillment_messages": [
                *({"text": {"text": [one]}} for one in said if one),
                {"text": {"text": ["for Facebook"]}, "platform": "FACEBOOK"},
                {"payload": {"rich": True}},
            ],
            "intent": {
                "name": "projects/campus-help/agent/intents/1",
                "display_name": name,
                "is_fallback": name == FALLBACK[0],
            },
            "intent_detection_confidence": confidence,
        }

    def _get_agent(
        self, request: published.GetAgentRequest, context: grpc.ServicerContext
    ) -> published.Agent:
        if self.does:
            self.does(context)
        if self.reads_agent:
            context.abort(self.reads_agent, "not for this key")
        return published.Agent(
            parent=request.parent, display_name="Campus", classification_threshold=self.threshold
        )

    def _serialized(self, response: published.DetectIntentResponse) -> bytes:
        return self.raw or published.DetectIntentResponse.serialize(response)
