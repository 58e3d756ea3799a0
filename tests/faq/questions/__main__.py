"""Prints how the search does on the questions, a line a kind; with -v also those that went wrong.

python -m tests.faq.questions [-v]
"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from tests.faq.questions import asking  # noqa: E402


def main(arguments: list[str]) -> None:
    old = setup_databases(verbosity=0, interactive=False)
    try:
        asking.learn_demo()
        questions = [asking.ask(**one) for one in asking.read("demo.json")]
        follow_ups = asking.follow_ups()
        languages = asking.languages(known=False)
        alone, after = zip(*asking.complete(), strict=True)
    finally:
        teardown_databases(old, verbosity=0)
    for gots in (questions, languages, follow_ups, [*alone, *after]):
        print(asking.table(gots), end="\n\n")
        if "-v" in arguments:
            tell([got for got in gots if got.outcome != "right"])


def tell(gots: list[asking.Got]) -> None:
    for got in gots:
        print(f"{got.outcome:8} {got.kind:16} {got.question!r}")
        print(f"{'':25} wanted {got.entry or 'nothing'}, shown {', '.join(got.shown)}")
    print()


main(sys.argv[1:])
