"""The cast: Alice and Bob (customers), Carol and Frank (agents), Dan (admin)."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from chat.models import Conversation


@dataclass(frozen=True)
class Customer:
    """A visitor, known by the session; `key` is what the session holds."""

    name: str

    @property
    def key(self) -> str:
        return f"{self.name}s-browser"

    @property
    def author_key(self) -> str:
        return f"visitor:{self.key}"

    @property
    def conversation(self) -> Conversation:
        """This visitor's conversation, fresh from the database."""
        return Conversation.objects.get_or_create(
            visitor_key=self.key, label=self.name, defaults={"public_id": self.name}
        )[0]


def agent(username: str) -> User:
    """A user of the group Agents whose first name is the username's."""
    user = User.objects.create_user(username, password=username, first_name=username.title())
    user.groups.add(Group.objects.get_or_create(name="Agents")[0])
    return user


def logged_in(user: User) -> Client:
    """A browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice(db) -> Customer:
    return Customer("alice")


@pytest.fixture
def bob(db) -> Customer:
    """Another customer, and the outsider."""
    return Customer("bob")


@pytest.fixture
def carol(db) -> User:
    return agent("carol")


@pytest.fixture
def frank(db) -> User:
    return agent("frank")


@pytest.fixture
def dan(db) -> User:
    return User.objects.create_superuser("dan", password="dan", first_name="Dan")


@pytest.fixture
def carols_browser(carol) -> Client:
    return logged_in(carol)


@pytest.fixture
def franks_browser(frank) -> Client:
    return logged_in(frank)


@pytest.fixture
def dans_browser(dan) -> Client:
    return logged_in(dan)


@pytest.fixture
def alices_browser(db) -> Client:
    """A browser without a login: Alice is known by its session."""
    return Client()


@pytest.fixture
def bobs_browser(db) -> Client:
    return Client()
