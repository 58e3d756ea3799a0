"""What the files of an export hold, as far as we read it.

The format is that of Dialogflow ES's own "Export as ZIP": agent.json, intents/NAME.json,
intents/NAME_usersays_LANG.json, entities/NAME.json. Exports of different years write the same
thing differently: a type as number or text, one speech as text or several as a list.
"""

from __future__ import annotations

import msgspec

TEXT = "0"
SIMPLE_RESPONSE = "simple_response"
RICH = {
    "1": "card", "2": "quick replies", "3": "image", "4": "custom payload",
    "basic_card": "card", "list_card": "list", "carousel_card": "carousel",
    "suggestion_chips": "suggestions", "link_out_chip": "link", "custom_payload": "custom payload",
}  # fmt: skip


class Message(msgspec.Struct, rename="camel"):
    """One response; `lang` is empty in exports of agents of one language."""

    type: int | str = 0
    lang: str | None = ""
    platform: str | None = ""
    speech: str | list[str] | None = ""
    text_to_speech: str | None = ""

    @property
    def texts(self) -> list[str]:
        """The texts of which Dialogflow says one at random; none of a rich message."""
        if str(self.type) == SIMPLE_RESPONSE:
            texts = [self.text_to_speech or ""]
        elif str(self.type) == TEXT:
            texts = [self.speech] if isinstance(self.speech, str) else self.speech or []
        else:
            texts = []
        return [text.strip() for text in texts if text.strip()]

    @property
    def rich(self) -> str:
        """What kind of rich message it is; empty for a text."""
        kind = str(self.type)
        return "" if kind in (TEXT, SIMPLE_RESPONSE) else RICH.get(kind, kind)


class Named(msgspec.Struct):
    """A parameter, a context or an event, of which the name is all we need."""

    name: str | None = ""


class Response(msgspec.Struct, rename="camel"):
    messages: list[Message] | None = None
    parameters: list[Named] | None = None
    affected_contexts: list[Named] | None = None


class Intent(msgspec.Struct, rename="camel"):
    name: str
    id: str | None = ""
    contexts: list[str] | None = None
    events: list[Named] | None = None
    responses: list[Response] | None = None
    webhook_used: bool | None = False
    fallback_intent: bool | None = False

    @property
    def messages(self) -> list[Message]:
        return [message for response in self._responses for message in response.messages or []]

    @property
    def parameters(self) -> list[str]:
        return names(one for response in self._responses for one in response.parameters or [])

    @property
    def output_contexts(self) -> list[str]:
        return names(one for each in self._responses for one in each.affected_contexts or [])

    @property
    def _responses(self) -> list[Response]:
        return self.responses or []


class Part(msgspec.Struct):
    text: str | None = ""


class Phrase(msgspec.Struct, rename="camel"):
    """A training phrase, cut where an entity begins or ends."""

    data: list[Part] = []
    is_template: bool | None = False

    @property
    def text(self) -> str:
        return " ".join("".join(part.text or "" for part in self.data).split())


class Agent(msgspec.Struct, rename="camel"):
    language: str = "en"
    supported_languages: list[str] | None = None
    display_name: str | None = ""


def names(things: object) -> list[str]:
    """Return the names that these things have, each once."""
    return list(dict.fromkeys(thing.name for thing in things if thing.name))  # type: ignore[attr-defined]
