"""One socket showing one conversation: what it has been sent, and how it gets the rest."""

import asyncio

from chat.database import in_database
from chat.frames import Audience, Change, Frame, Signal, Standing, change_texts, encode
from chat.hub.backlog import Backlog, backlog
from chat.hub.socket import TOO_SLOW, WAITING_FRAMES, Socket

# Frames of one change as text, by the shape of the view and how far its reader was.
Texts = dict[tuple[Audience, bool, int], list[str]]


class View:
    """Follows one conversation for one socket.

    `version` is how far the reader's picture is true, `seq` the newest message in it. A change
    that does not follow on from there is not shown but fetched from the database.
    """

    __slots__ = (
        "audience",
        "conversation_id",
        "loading",
        "newest",
        "owner",
        "public_id",
        "queue",
        "seq",
        "socket",
        "standing",
        "together",
        "tried",
        "version",
    )

    def __init__(
        self, socket: Socket, conversation_id: int, audience: Audience, together: bool
    ) -> None:
        self.socket = socket
        self.conversation_id = conversation_id
        self.audience = audience
        self.together = together
        self.seq = 0
        self.version = 0
        self.newest = 0  # the highest version heard of
        self.tried = -1  # the version from which it was last healed
        self.loading = True  # until the first backlog is there, changes only raise `newest`
        self.queue: Frame | None = None
        self.standing: Standing | None = None
        self.public_id = ""
        self.owner = ""  # the visitor's key, where the view is for whom the conversation belongs to

    @property
    def shape(self) -> tuple[Audience, bool]:
        """Views of one shape at one seq get the very same text."""
        return self.audience, self.together

    def receive(self, change: Change, texts: Texts) -> None:
        """Shows the change where it follows on; `texts` caches the frames, encoded once."""
        self.newest = max(self.newest, change.version)
        if self.loading or change.version <= self.version:
            return
        if change.previous > self.version:
            self.heal()
            return
        self.show(change, texts)
        self.seq = max(self.seq, change.head_seq)
        self.version = change.version
        if change.standing is not None:
            self.standing, self.queue = change.standing, None

    def show(self, change: Change, texts: Texts) -> None:
        key = (*self.shape, self.seq)
        frames = texts.get(key)
        if frames is None:
            frames = change_texts(change, self.audience, self.seq, self.together)
            texts[key] = frames
        for text in frames:
            self.socket.put(text)

    def heal(self) -> None:
        """Fetches what is missing, in the background."""
        if not self.loading:
            self.loading, self.tried = True, self.version
            asyncio.get_running_loop().create_task(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            found = await in_database(backlog, self.conversation_id, self.seq, WAITING_FRAMES // 2)
        except Exception:
            # The next check, or the next change, tries again.
            self.loading, self.newest = False, self.version
            raise
        if found.after is None:
            self.fell_behind(found)
            return
        self.show(found.as_change(), {})
        self.started(found)

    def fell_behind(self, found: Backlog) -> None:
        self.socket.close(TOO_SLOW, "This connection fell too far behind.")

    def started(self, found: Backlog) -> None:
        """Follows on from a backlog that the reader has been sent."""
        self.public_id = found.public_id
        self.standing, self.queue = found.standing, None
        self.seq = max(self.seq, found.head_seq)
        self.version = max(self.version, found.version)
        self._open()

    def _open(self) -> None:
        self.loading = False
        if self.newest <= self.version:
            return
        if self.version > self.tried:
            self.heal()
        else:
            # The database has no more than that (it may have been restored): no use in asking
            # without a pause. Should there be more, the next check finds it.
            self.newest = self.version

    def pass_on(self, signal: Signal) -> None:
        """Shows something that is never stored, where it is for this reader."""
        if not self.loading and signal.audience in ("", self.audience.name):
            self.socket.put(encode(self.audience.addressed(signal.frame, self.public_id)))

    def show_queue(self, place: Frame | None) -> None:
        """The customer's place in the queue, when it has changed."""
        if self.loading or place == self.queue:
            return
        self.queue = place
        if place is not None and self.standing is not None:
            state = self.audience.standing(self.standing, place, self.version)
            self.socket.put(encode({"type": "status", **state}))
