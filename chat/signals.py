"""An agent who goes leaves nobody alone: their conversations wait for somebody else. And a
picture that goes leaves no files."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from chat import access, agents
from chat.actions.handoff import put_back
from chat.actions.messages import post_message_and_wait
from chat.images import store
from chat.models import Attachment, Conversation

User = get_user_model()
STAFF_SESSION = 14 * 24 * 3600  # seconds; a visitor's lasts longer, for it opens less


@receiver(pre_delete, sender=User)
def user_goes(instance: Any, **details: Any) -> None:
    _put_back_all(instance)


@receiver(post_save, sender=User)
def user_is_deactivated(instance: Any, **details: Any) -> None:
    if not instance.is_active:
        _put_back_all(instance)


@receiver(m2m_changed, sender=User.groups.through)
def user_leaves_group(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **details: Any
) -> None:
    if action in ("post_remove", "post_clear"):
        left: Iterable[int] = (pk_set or ()) if reverse else (instance.pk,)
        for user in User.objects.filter(pk__in=left).exclude(pk__in=agents.everybody()):
            _put_back_all(user)


def _put_back_all(user: Any) -> None:
    for pk in Conversation.objects.filter(assignee=user).values_list("pk", flat=True):
        post_message_and_wait(put_back(user, pk))


@receiver(post_delete, sender=Attachment)
def picture_goes(instance: Any, **details: Any) -> None:
    """With its row, or its conversation, go its files; not before that is certain."""
    transaction.on_commit(lambda: store.remove(instance.key), robust=True)


@receiver(user_logged_in)
def session_is_shorter(request: HttpRequest, user: Any, **details: Any) -> None:
    if user.is_staff or access.is_agent(user):
        request.session.set_expiry(STAFF_SESSION)
