from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from chat.models import Message
from tests.services.emptying import empty


def test_nothing_is_left_but_what_the_models_are_called(alice, carol):
    carol.user_permissions.add(Permission.objects.first())
    conversation = alice.conversation
    Message.objects.create(
        conversation=conversation, seq=1, author_kind="customer", author_key="a", client_id="1"
    )
    called = [set(model.objects.values_list("pk")) for model in (ContentType, Permission)]
    empty(connections["default"])
    assert not any(model.objects.exists() for model in (Message, User, Group))
    assert not User.user_permissions.through.objects.exists()
    assert called == [set(model.objects.values_list("pk")) for model in (ContentType, Permission)]
    assert all(called)
