"""Programs get their errors as JSON, whichever part of Django they come from."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")
MESSAGES = {
    403: "The CSRF token is missing or old. Load the page again, and send it as X-CSRFToken.",
    404: "There is nothing at this address.",
    413: f"The body is too large: at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024} KiB.",
    500: "Something went wrong here. Please try again later.",
}


@sync_and_async_middleware
def json_errors(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: what fails at an address for programs answers in docs/protocol.md's form."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            response: Awaitable[HttpResponseBase] = get_response(request)
            return in_json(request, await response)

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        return in_json(request, get_response(request))

    return answer


def in_json(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, or its JSON where it is an error page that a program has asked for."""
    if response.status_code < 400 or not request.path.startswith(FOR_PROGRAMS):
        return response
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    status = response.status_code
    # Django calls a body that is too large a bad request.
    if status == 400 and too_large(request):
        status = 413
    said = JsonResponse({"success": False, "message": message(status, response)}, status=status)
    if "Allow" in response.headers:
        said.headers["Allow"] = response.headers["Allow"]
    return said


def too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return length.isdecimal() and int(length) > most


def message(status: int, response: HttpResponseBase) -> str:
    if isinstance(response, HttpResponse) and "Allow" in response.headers:
        return f"This address takes {response.headers['Allow']} only."
    return MESSAGES.get(status) or f"{HTTPStatus(status).phrase}."
