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
        gots = [asking.ask(**one) for one in asking.read("demo.json")]
    finally:
        teardown_databases(old, verbosity=0)
    print(asking.table(gots))
    if "-v" in arguments:
        for got in gots:
            if got.outcome != "right":
                print(f"{got.outcome:8} {got.kind:13} {got.question!r}")
                print(f"{'':22} wanted {got.entry or 'nothing'}, shown {', '.join(got.shown)}")


main(sys.argv[1:])
