"""An agent's export as Dialogflow ES writes it, for tests: a help desk in English and German."""

import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

AGENT: Json = {
    "description": "The help desk of a university",
    "language": "en",
    "displayName": "Campus Help",
    "disableInteractionLogs": False,
    "disableStackdriverLogs": True,
    "googleAssistant": {"googleAssistantCompatible": False, "project": "", "capabilities": []},
    "defaultTimezone": "Europe/Berlin",
    "webhook": {"url": "", "headers": {}, "available": False, "useForDomains": False},
    "isPrivate": True,
    "customClassifierMode": "use.after",
    "mlMinConfidence": 0.3,
    "supportedLanguages": ["de"],
    "onePlatformApiVersion": "v2",
    "analyzeQueryTextSentiment": False,
    "enabledKnowledgeBaseNames": [],
    "knowledgeServiceConfidenceAdjustment": -0.4,
    "dialogBuilderMode": False,
}

# Plain questions: name, then by language the answer and how people ask.
PLAIN = {
    f"{area}.{topic}": {
        "en": (f"How to {topic.replace('-', ' ')}: see page {number} of the handbook.", [
            f"how do I {topic.replace('-', ' ')}", f"{topic.replace('-', ' ')} please",
            f"help me {topic.replace('-', ' ')}",
        ]),
        "de": (f"Siehe Seite {number} des Handbuchs ({german}).", [
            f"wie kann ich {german}", f"{german}, wie geht das",
        ]),
    }
    for number, (area, topic, german) in enumerate(
        (area, *pair)
        for area, pairs in {
            "network": [
                ("join-the-wifi", "ins WLAN kommen"), ("use-the-vpn", "das VPN nutzen"),
                ("register-a-printer", "einen Drucker anmelden"), ("test-my-speed", "messen"),
                ("share-a-folder", "einen Ordner teilen"), ("open-a-port", "einen Port öffnen"),
                ("get-a-cable", "ein Kabel bekommen"), ("find-an-outlet", "eine Dose finden"),
            ],
            "accounts": [
                ("reset-my-password", "mein Passwort zurücksetzen"),
                ("change-my-name", "meinen Namen ändern"), ("close-my-account", "kündigen"),
                ("unlock-my-account", "mein Konto entsperren"),
                ("forward-my-mail", "Mail weiterleiten"), ("add-a-signature", "unterschreiben"),
                ("read-mail-at-home", "Mail daheim lesen"), ("get-more-space", "mehr Platz"),
            ],
            "hardware": [
                ("borrow-a-laptop", "ein Notebook leihen"), ("fix-my-screen", "reparieren"),
                ("return-a-laptop", "ein Notebook zurückgeben"), ("get-a-mouse", "eine Maus"),
                ("replace-a-battery", "den Akku tauschen"), ("scan-a-book", "scannen"),
                ("print-a-poster", "ein Poster drucken"), ("recycle-toner", "Toner abgeben"),
            ],
        }.items()
        for pair in pairs
    )
}  # fmt: skip


def new_id(name: str) -> str:
    """A UUID that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def text(speech: str | list[str], lang: str = "en", **more: Any) -> Json:
    return {"type": 0, "lang": lang, "condition": "", "speech": speech, **more}


def intent(name: str, *messages: Json, **more: Any) -> Json:
    """intents/NAME.json; `parameters`, `affectedContexts` and `action` go into its response."""
    response = {
        "resetContexts": False,
        "action": more.pop("action", ""),
        "affectedContexts": more.pop("affectedContexts", []),
        "parameters": more.pop("parameters", []),
        "messages": list(messages),
        "defaultResponsePlatforms": {},
        "speech": [],
    }
    return {
        "id": new_id(name),
        "name": name,
        "auto": True,
        "contexts": [],
        "responses": [response],
        "priority": 500000,
        "webhookUsed": False,
        "webhookForSlotFilling": False,
        "fallbackIntent": False,
        "events": [],
        "conditionalResponses": [],
        "condition": "",
        "conditionalFollowupEvents": [],
        **more,
    }


def parameter(name: str, kind: str, *, required: bool = False) -> Json:
    return {
        "id": new_id(name), "required": required, "dataType": kind, "name": name,
        "value": f"${name}", "promptMessages": [], "noMatchPromptMessages": [],
        "noInputPromptMessages": [], "outputDialogContexts": [], "isList": False,
    }  # fmt: skip


def phrases(*texts: str | Sequence[tuple[str, str]]) -> list[Json]:
    """intents/NAME_usersays_LANG.json; parts with an entity are (text, "@kind") pairs."""
    return [
        {
            "id": new_id(str(one)),
            "data": [_part(*part) for part in ([(one, "")] if isinstance(one, str) else one)],
            "isTemplate": False,
            "count": 0,
            "updated": 0,
        }
        for one in texts
    ]


def _part(words: str, kind: str) -> Json:
    if not kind:
        return {"text": words, "userDefined": False}
    return {"text": words, "meta": kind, "alias": kind.strip("@"), "userDefined": True}


def special() -> dict[str, tuple[Json, Mapping[str, list[Json]]]]:
    """The intents that do not simply become an entry: by name, with their phrases by language."""
    city = [parameter("city", "@sys.geo-city", required=True)]
    found = {
        "Default Fallback Intent": (
            intent(
                "Default Fallback Intent",
                text(["Sorry, what was that?", "One more time?"]),
                action="input.unknown",
                fallbackIntent=True,
            ),
            {"en": phrases("blah blah")},
        ),
        "Default Welcome Intent": (
            intent(
                "Default Welcome Intent",
                text(["Hi! How can I help?", "Hello! What is it?"]),
                text("Hallo!", "de"),
                events=[{"name": "WELCOME"}],
            ),
            {"en": phrases("hello there", "hi bot"), "de": phrases("guten tag")},
        ),
        "Opening hours": (
            intent("Opening hours", text("From 9 to 5."), text("Not on Sundays.")),
            {"en": phrases("when do you open", [("are you open on ", ""), ("monday", "@day")])},
        ),
        "campus.weather": (
            intent("campus.weather", text("Rain in $city tomorrow."), parameters=city),
            {"en": phrases([("weather in ", ""), ("Berlin", "@sys.geo-city")])},
        ),
        "campus.directions": (
            intent(
                "campus.directions",
                text("Building 4, room 12. It costs $20."),
                parameters=city,
                affectedContexts=[{"name": "directions-followup", "parameters": {}, "lifespan": 2}],
            ),
            {"en": phrases("where are you", "?!", "x" * 301)},
        ),
        "campus.directions - yes": (
            intent(
                "campus.directions - yes",
                text("Here is the map."),
                contexts=["directions-followup"],
                parentId=new_id("campus.directions"),
                rootParentId=new_id("campus.directions"),
            ),
            {"en": phrases("yes", "sure")},
        ),
        "canteen": (
            intent("canteen", text("The menu could not be read."), webhookUsed=True),
            {"en": phrases("what is for lunch", "menu of today")},
        ),
        "map": (
            intent(
                "map",
                text("See the map.", platform="facebook"),
                {
                    "type": 1, "platform": "facebook", "lang": "en", "condition": "",
                    "title": "Map", "imageUrl": "https://example.edu/map.png", "buttons": [],
                },
                {"type": 4, "lang": "en", "condition": "", "payload": {"map": True}},
            ),
            {"en": phrases("show me a map of the campus")},
        ),
        "payload only": (
            intent("payload only", {"type": "4", "lang": "en", "payload": {}, "condition": ""}),
            {"en": phrases("press the red button")},
        ),
        "goodbye event": (intent("goodbye event", text("Bye!"), events=[{"name": "BYE"}]), {}),
    }  # fmt: skip
    found["Opening hours"][1]["en"].append(
        {**phrases("@sys.date:date opening")[0], "isTemplate": True}
    )
    return found


def files(**changed: Any) -> dict[str, Any]:
    """The export as {file name: content to be written as JSON}; `changed` replaces in it."""
    content: dict[str, Any] = {"agent.json": AGENT, "package.json": {"version": "1.0.0"}}
    for name, by_lang in PLAIN.items():
        content[f"intents/{name}.json"] = intent(
            name, *(text(answer, lang) for lang, (answer, _) in by_lang.items())
        )
        for lang, (_, asked) in by_lang.items():
            content[f"intents/{name}_usersays_{lang}.json"] = phrases(*asked)
    for name, (record, by_lang) in special().items():
        content[f"intents/{name}.json"] = record
        for lang, asked in by_lang.items():
            content[f"intents/{name}_usersays_{lang}.json"] = asked
    content["entities/day.json"] = {
        "id": new_id("day"), "name": "day", "isOverridable": True, "isEnum": False,
        "isRegexp": False, "automatedExpansion": False, "allowFuzzyExtraction": False,
    }  # fmt: skip
    content["entities/day_entries_en.json"] = [{"value": "monday", "synonyms": ["Monday"]}]
    content["customSmalltalkResponses_en.json"] = [{"action": "smalltalk.agent.age"}]
    return content | changed


def write(path: Path, content: Mapping[str, Any], folder: str = "") -> Path:
    """Write the export's zip and return its path; bytes go in as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in content.items():
            data = value if isinstance(value, bytes) else json.dumps(value, indent=2).encode()
            archive.writestr(folder + name, data)
    return path
