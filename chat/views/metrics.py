from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# Imported for what they count.
import chat.metrics  # noqa: F401
import faq.search.metrics  # noqa: F401
from chat import counting
from chat.metrics_port import is_token


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What the desk has counted, as Prometheus reads it: by token, else for this machine."""
    if settings.METRICS_TOKEN:
        is_allowed = is_token(request.headers.get("Authorization", ""))
    else:
        is_allowed = _is_from_here(request)
    if not is_allowed:
        return HttpResponseForbidden("Ask with the token of the settings, or from this machine.\n")
    return HttpResponse(generate_latest(counting.registry()), content_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether nobody on the way is elsewhere: a proxy on this machine speaks for others."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    on_the_way = [request.META.get("REMOTE_ADDR", ""), *filter(None, forwarded.split(","))]
    try:
        return all(ip_address(address.strip()).is_loopback for address in on_the_way)
    except ValueError:
        return False
