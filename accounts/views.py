"""One's own account: name, earlier conversations, and the way to password and e-mail address."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import NameForm
from chat import access
from chat.models import Conversation

LISTED = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Shows it, or keeps a new name."""
    user: Any = request.user
    form = NameForm(request.POST or None, initial={"name": user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        user.first_name, user.last_name = " ".join(form.cleaned_data["name"].split()), ""
        user.save(update_fields=["first_name", "last_name"])
        return redirect("account")
    key = access.known_key(request.session)
    mine = Conversation.objects.filter(visitor_key=key, head_seq__gt=0).exclude(visitor_key="")
    return render(
        request,
        "account/account.html",
        {
            "form": form,
            "is_agent": access.is_agent(user),
            "home": access.home_label(request.session),
            "conversations": mine.order_by("-updated_at")[:LISTED],
        },
    )
