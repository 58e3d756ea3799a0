"""Announcements on the wire: what readers say of them, and what authors ask over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from chat.actions import announcements, receipts
from chat.commands.base import ClientId, Command, Id, Seat
from chat.errors import Refused
from chat.models import Announcement
from chat.models.announcement import Noticed

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
FormName = Literal["banner", "message"]
AudienceName = Literal["everyone", "customers", "agents", "devices", "members"]


class Receipt(Command):
    """The browser has the announcement, shows it on the screen, or was told to put it away."""

    announcement: Id
    state: Literal["reached", "seen", "dismissed"]

    async def run(self, seat: Seat) -> None:
        receipts.note(seat.participant, self.announcement, Noticed[self.state.upper()])


class Announce(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    form: FormName = "banner"
    audience: AudienceName = "everyone"
    assistant: Id | None = None
    starts_at: Moment | None = None
    expires_at: Moment | None = None
    client_id: ClientId = ""

    def run(self, participant: Any) -> Announcement:
        return announcements.announce(participant, **msgspec.structs.asdict(self))


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    text: str | UnsetType = UNSET
    form: FormName | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    expires_at: Moment | UnsetType | None = UNSET

    def run(self, public_id: str) -> Announcement:
        given = msgspec.structs.asdict(self)
        changes = {name: value for name, value in given.items() if value is not UNSET}
        if not changes:
            raise Refused("bad_frame", "There is nothing to change.")
        return announcements.edit(public_id, changes)


def read(asked: dict[str, Any], kind: type[Any]) -> Any:
    """The JSON object of a request as `kind`. Raises Refused with bad_frame."""
    try:
        return msgspec.convert(asked, kind)
    except msgspec.ValidationError as error:
        raise Refused("bad_frame", str(error)) from None
