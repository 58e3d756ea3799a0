"""What a customer types after "did you mean": "yes", "the second one", "2", "none of these"."""

from collections.abc import Sequence

from chat.bot.words import words

YES = set(words("yes yeah yep yup ya correct right exactly"))
NO = set(words("no nope none neither nothing"))
FILLER = set(
    words("a an answer i is it mean meant number of one option please pls that the them these this")
)
PLACES = {
    **dict.fromkeys(("1", "1st", "first"), 1),
    **dict.fromkeys(("2", "2nd", "second", "two"), 2),
    **dict.fromkeys(("3", "3rd", "third", "three"), 3),
}


def typed(text: str, titles: Sequence[str]) -> int | None:
    """The place (from 1) of the title that is meant, 0 for none of them; None where the text
    says something else. A bare "yes" means the first, which is the best."""
    said = words(text)
    by_title = [words(title) for title in titles]
    if said in by_title:
        return by_title.index(said) + 1
    telling = {word for word in said if word not in FILLER}
    if len(telling) == 1 and telling <= {*PLACES, "last"}:
        place = len(titles) if "last" in telling else PLACES[telling.pop()]
        return place if place <= len(titles) else None
    if (telling and telling <= YES) or said == ["one"]:
        return 1
    return 0 if telling and telling <= NO else None
