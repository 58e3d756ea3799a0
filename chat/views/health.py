from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from chat.hub import Hub
from chat.log import Writer


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """It can do its work: the database is there and the services run. 503 otherwise."""
    checks = {"database": _database(), "services": _services()}
    is_ready = all(state == "ok" for state in checks.values())
    state = {"status": "ok" if is_ready else "not ready", **checks, "redis": _redis()}
    return JsonResponse(state, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM chat_conversation LIMIT 1")
    except Exception as error:
        return type(error).__name__
    return "ok"


def _services() -> str:
    hub = Hub.running
    if hub is None or Writer.running is None:
        return "not started"
    return "stopping" if hub.is_draining else "ok"


def _redis() -> str:
    """Told, not required: without it views are brought up to date by checks."""
    hub = Hub.running
    if hub is None or hub.relay.layer is None:
        return "not used"
    return "ok" if hub.relay.is_up else "away"
