"""Another assistant, over real sockets: all windows and the agents hear of it."""

import pytest

from tests.services.ws import logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def test_all_windows_and_agents_hear_of_it(house):
    alice, carol = visitor(house, "chooser"), logged_in(house)
    with alice.chat() as chat, alice.chat() as window, carol.desk() as desk:
        history = chat.history
        offered = [one["name"] for one in history["assistants"]]
        assert offered[0] == history["assistant"]["name"] == "IT Help Desk"
        assert "Gadget Support" in offered
        assert history["desk"]["greeting"] == history["assistant"]["greeting"]
        chat.say("hello")
        desk.send({"type": "lists"})
        desk.send({"type": "open", "conversation": "chooser"})
        assert desk.receive("history")["assistant"]["slug"] == history["assistant"]["slug"]
        chat.send({"type": "assistant", "assistant": "gadget-support", "client_id": "c-1"})
        for socket in (chat, window, desk):
            told = socket.receive("message", event="assistant")
            assert told["message"] == "Switched to Gadget Support."
            assert told["assistant"]["greeting"]
            assert told["assistant"]["questions"]
        while True:
            listed = desk.receive("conversations")["conversations"]
            if {one["assistant"] for one in listed if one["label"] == "chooser"} == {
                "Gadget Support"
            }:
                break
    with alice.chat() as again:
        assert again.history["assistant"]["slug"] == "gadget-support"


def test_one_that_is_not_offered_is_not_found(house):
    with visitor(house, "loser").chat() as chat:
        chat.send({"type": "assistant", "assistant": "nobody", "id": "7"})
        assert chat.receive("error", id="7")["code"] == "not_found"


def test_announcements_follow_the_choice_in_every_window(house):
    carol = logged_in(house)

    def announce(slug, text):
        body = {"text": text, "audience": "customers", "assistant": slug}
        assert carol.post("/api/announcements/", json=body).status_code == 201

    alice = visitor(house, "follower")
    announce("gadget-support", "New phones are here.")
    with alice.chat() as chat, alice.chat() as window:
        assert "New phones" not in str(chat.history["announcements"])
        chat.send({"type": "assistant", "assistant": "gadget-support"})
        for socket in (chat, window):
            told = socket.receive("announcement")["announcement"]
            assert (told["text"], told["state"]) == ("New phones are here.", "")
        announce("it-help-desk", "The network is slow.")
        announce("gadget-support", "Phones are sold out.")
        for socket in (chat, window):
            assert socket.receive("announcement")["announcement"]["text"] == "Phones are sold out."
