"""What the bot is writing just now, for whoever comes to see it in the middle."""

from time import monotonic

from django.conf import settings

from chat.frames import Change, Signal, encode
from chat.hub.view import View


class Streams:
    """The newest words of each reply that is being written, as this process has heard of them."""

    def __init__(self) -> None:
        self.newest: dict[int, tuple[float, Signal]] = {}

    def hear(self, signal: Signal) -> None:
        if signal.frame.get("type") != "stream":
            return
        if signal.frame["interrupted"]:
            self.newest.pop(signal.conversation, None)
        else:
            self.newest[signal.conversation] = (monotonic(), signal)

    def changed(self, change: Change) -> None:
        """Forgets what has become a message, or what a person has put an end to."""
        _, signal = self.newest.get(change.conversation, (0.0, None))
        if signal is None:
            return
        done = any(one.client_id == signal.frame["client_id"] for one in change.messages)
        if done or (change.standing is not None and change.standing.status != "bot"):
            del self.newest[change.conversation]

    def show(self, view: View) -> None:
        """What there is, to a view that has just been given its backlog."""
        heard, signal = self.newest.get(view.conversation_id, (0.0, None))
        if signal is None:
            return
        # After so long without a word whoever wrote it is gone, and another begins anew.
        if monotonic() > heard + settings.LANGUAGE_MODEL_SECONDS + 5:
            del self.newest[view.conversation_id]
        else:
            view.socket.put(encode(view.audience.addressed(signal.frame, view.public_id)))
