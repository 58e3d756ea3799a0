"""Pictures over HTTP: taken in from whoever writes, shown to those who see the conversation."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST, require_safe

from chat import access, limits
from chat.access import Participant
from chat.errors import Refused
from chat.images import store
from chat.images.reader import Reader
from chat.images.uploading import take_in
from chat.models import Attachment
from chat.views.agent_api import for_agents, refused

# A picture never changes; that it is somebody's secret no cache on the way may forget.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@require_POST
def upload(request: HttpRequest, customer_id: str) -> HttpResponse:
    """A picture for the visitor's own conversation; the body is the file."""
    try:
        address = str(request.META.get("REMOTE_ADDR", ""))
        conversation = access.conversation_here(request.session, customer_id)
        participant = access.visitor(request.session, address)
        limits.count_picture(participant)
        tell_reader(soon=True)
        row = take_in(request.read, conversation, participant.key, is_customers=True)
    except Refused as refusal:
        return refused(refusal)
    tell_reader()
    return _taken(row)


def tell_reader(*, soon: bool = False) -> None:
    """That this process is to read a picture, or will be in a moment."""
    if Reader.running is not None:
        Reader.running.hint(soon=soon)


@require_POST
@for_agents
def agent_upload(request: HttpRequest, participant: Participant, customer_id: str) -> HttpResponse:
    """A picture for any conversation, by an agent."""
    conversation = access.any_conversation(participant, customer_id)
    return _taken(take_in(request.read, conversation, participant.key, is_customers=False))


def _taken(row: Attachment) -> JsonResponse:
    return JsonResponse({"success": True, **row.as_frame()}, status=201)


@require_safe
def picture(request: HttpRequest, key: str, size: str = "") -> HttpResponse:
    """The picture itself, or with size "small" its thumbnail."""
    try:
        row = access.picture(request.session, request.user, key)
        path = store.small(key) if size else store.picture(key, row.media_type)
        response = HttpResponse(path.read_bytes(), headers=HEADERS)
    except (Refused, FileNotFoundError):
        return HttpResponse("There is no picture at this address.", status=404, headers=NOT_KEPT)
    response.headers["Content-Type"] = "image/webp" if size else row.media_type
    response.headers["Content-Disposition"] = f'inline; filename="picture{path.suffix}"'
    return response


@require_GET
@for_agents
def text(request: HttpRequest, participant: Participant, key: str) -> HttpResponse:
    """What the picture says, as far as it was read: for agents."""
    row = access.picture(request.session, request.user, key)
    return JsonResponse({"reading": row.reading, "text": row.text})
