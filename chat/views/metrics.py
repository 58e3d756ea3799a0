from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# Imported for what they count.
import chat.metrics  # noqa: F401
import faq.search.metrics  # noqa: F401


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What this process has counted, as Prometheus reads it: for this machine, or by token."""
    if not (_has_token(request) or _is_from_here(request)):
        return HttpResponseForbidden("Ask from this machine, or with the token of the settings.\n")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and compare_digest(given.encode(), wanted.encode())


def _is_from_here(request: HttpRequest) -> bool:
    """Whether nobody on the way is elsewhere: a proxy on this machine speaks for others."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    on_the_way = [request.META.get("REMOTE_ADDR", ""), *filter(None, forwarded.split(","))]
    try:
        return all(ip_address(address.strip()).is_loopback for address in on_the_way)
    except ValueError:
        return False
