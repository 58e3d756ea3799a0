"""What the desk says of itself before anything was asked."""

from django.conf import settings
from django.http import HttpRequest

from chat import assistants
from chat.frames import Frame


def desk() -> Frame:
    """{"name", "greeting", "questions", "sends_email"}.

    Greeting and questions are those of the assistant with which a conversation begins;
    `sends_email` says whether what agents write reaches an address too.
    """
    first = assistants.default()
    return {
        "name": settings.HELPDESK_NAME,
        "greeting": assistants.greeting(first),
        "questions": assistants.questions(first),
        "sends_email": settings.SENDS_EMAIL,
    }


def name(request: HttpRequest) -> dict[str, object]:
    """What every template may say, the login and error pages among them."""
    return {"desk_name": settings.HELPDESK_NAME, "sends_email": settings.SENDS_EMAIL}
