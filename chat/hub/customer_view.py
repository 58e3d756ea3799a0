"""A customer's view of their conversation, which notices that another assistant answers there."""

from collections.abc import Callable

from chat.frames import Change
from chat.hub.view import Texts, View


class CustomerView(View):
    """`switched` is called with each change of the assistant, whichever window it was made in."""

    __slots__ = ("switched",)

    switched: Callable[[], None]

    def show(self, change: Change, texts: Texts) -> None:
        super().show(change, texts)
        for posted in change.messages:
            if posted.data and posted.data.get("event") == "assistant" and posted.seq > self.seq:
                self.switched()
