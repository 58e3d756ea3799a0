"""The way back into a conversation by a link that was sent by e-mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chat import access, returning
from chat.models import Conversation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first: what looks at links in e-mails by itself must not use them up."""
    link = returning.known(token)
    if link is not None and access.is_open_here(request.session, link.conversation):
        return _show(request, link.conversation)
    if link is None or not returning.is_open(link):
        return render(request, "return_over.html", status=410)
    if request.method != "POST":
        return render(request, "return.html")
    if not returning.use(link):
        return render(request, "return_over.html", status=410)
    return _show(request, link.conversation)


def _show(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    label = access.open_here(request.session, conversation)
    is_home = label == access.home_label(request.session)
    return redirect("home") if is_home else redirect("chat", label=label)
