"""What the desk says of itself before anything was asked."""

from django.conf import settings
from django.http import HttpRequest

from chat.frames import Frame
from faq.models import Category

QUESTIONS = 4


def desk() -> Frame:
    """{"name", "greeting", "questions", "sends_email"}.

    The first entry of each category is suggested; `sends_email` says whether what agents write
    reaches an address too.
    """
    firsts = (
        category.entries.current().order_by("id").first()
        for category in Category.objects.order_by("id")[:QUESTIONS]
    )
    return {
        "name": settings.HELPDESK_NAME,
        "greeting": f"Hello! This is the {settings.HELPDESK_NAME}. Ask in your own words.",
        "questions": [entry.title for entry in firsts if entry is not None],
        "sends_email": settings.SENDS_EMAIL,
    }


def name(request: HttpRequest) -> dict[str, object]:
    """What every template may say, the login and error pages among them."""
    return {"desk_name": settings.HELPDESK_NAME, "sends_email": settings.SENDS_EMAIL}
