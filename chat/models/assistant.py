from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q

MOST_QUESTIONS = 6
LONGEST_QUESTION = 120  # characters


class Task(models.TextChoices):
    FAQ = "faq", "answers questions from the FAQ"
    SENTIMENT = "sentiment", "says the sentiment of what is written"


class Assistant(models.Model):
    """Who the bot is in a conversation: what it is called, says first, and answers from."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True, help_text="Its name for programs.")
    about = models.CharField(
        max_length=120, blank=True, default="", help_text="One line below its name in the choice."
    )
    greeting = models.TextField(
        max_length=600,
        blank=True,
        default="",
        help_text="What it says first; empty: “Hello! This is the NAME. Ask in your own words.”",
    )
    questions = models.TextField(
        "suggested questions",
        blank=True,
        default="",
        help_text="One a line, to be clicked; empty: the first entry of each of its categories.",
    )
    notice = models.CharField(
        max_length=300,
        blank=True,
        default="",
        help_text="Shown below each of its answers, as “This is no medical advice.”",
    )

    task = models.CharField(
        max_length=12, choices=Task, default=Task.FAQ, help_text="What it does with a message."
    )
    categories = models.ManyToManyField(
        "faq.Category",
        blank=True,
        related_name="+",
        help_text="What it answers from; none: every category that is no other assistant’s.",
    )
    heeds_emergencies = models.BooleanField(
        "heeds emergencies",
        default=True,
        help_text="Words of an emergency lead to a person at once.",
    )
    is_shadow = models.BooleanField(
        "shadow mode",
        default=False,
        help_text="It only drafts, for agents: customers wait for a person, who sends the draft.",
    )

    uses_model = models.BooleanField(
        "uses the language model",
        default=True,
        help_text="Where the FAQ has no answer. Off: it says honestly that it does not know.",
    )
    prompt = models.TextField(
        "system prompt",
        max_length=1500,
        blank=True,
        default="",
        help_text="Who the language model is to be; empty: the friendly assistant of NAME.",
    )
    temperature = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(2.0)],
        help_text="0: the same question gets the same reply; higher: freer words, more mistakes.",
    )
    longest_reply = models.PositiveSmallIntegerField(
        default=64,
        validators=[MinValueValidator(8), MaxValueValidator(1000)],
        help_text="Tokens (about 3/4 of a word each) that the language model may write.",
    )

    order = models.PositiveSmallIntegerField(default=0, help_text="In the choice, lowest first.")
    is_active = models.BooleanField(
        "published",
        default=False,
        db_default=False,
        help_text="Off: not offered, and the default assistant answers in its conversations.",
    )
    is_default = models.BooleanField(
        "default", default=False, help_text="Who answers where nobody was chosen."
    )

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_assistant"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new default takes the place of the old one."""
        if self.is_default:
            others = Assistant.objects.exclude(pk=self.pk)
            others.filter(is_default=True).update(is_default=False)
        super().save(*args, **kwargs)

    @property
    def question_list(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    def clean(self) -> None:
        if self.is_default and not self.is_active:
            raise ValidationError({"is_active": "The default assistant has to be published."})
        if len(self.question_list) > MOST_QUESTIONS:
            raise ValidationError({"questions": f"At most {MOST_QUESTIONS} questions."})
        if any(len(question) > LONGEST_QUESTION for question in self.question_list):
            raise ValidationError({"questions": f"At most {LONGEST_QUESTION} characters each."})
