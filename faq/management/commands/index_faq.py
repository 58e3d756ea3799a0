from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq.search.corpus import Corpus
from faq.search.solr import link as links
from faq.search.solr.client import Away
from faq.search.solr.index import difference, indexed
from faq.search.solr.lease import Held, Lost, lease
from faq.search.solr.link import Link
from faq.search.solr.rebuilding import catch_up, read, rebuild

# Seconds to wait for a process that mends the index just now.
PATIENCE = 120.0


class Command(BaseCommand):
    help = (
        "Build the index in Solr anew from the published entries. The old one answers until "
        "the new one does. Changes of entries need no command: the serving process pushes them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; exit with 1 where index and database differ",
        )

    def handle(self, *arguments: Any, check: bool, **options: Any) -> None:
        link = links.current()
        try:
            if check:
                self.check_index(link)
            else:
                self.rebuild(link)
        except Away as error:
            raise CommandError(f"Solr ({link.address}): {error}.") from error
        except Lost as error:
            raise CommandError("This took so long that another process went on with it.") from error

    def check_index(self, link: Link) -> None:
        corpus = read()
        if change := difference(corpus, indexed(link.client, link.index)):
            raise CommandError(f"The index differs from the database: {change}.")
        self.stdout.write(f"Index and database agree: {_size(corpus)}.")

    def rebuild(self, link: Link) -> None:
        corpus = read(lambda done, of: self.say(f"{done} of {of} wordings embedded"))
        with lease(PATIENCE) as held:
            if held is None:
                raise CommandError("Another process is building the index. Try again later.")
            self.build(link, corpus, held)
        self.stdout.write(f"Indexed {_size(corpus)}.")

    def build(self, link: Link, corpus: Corpus, held: Held) -> None:
        def progress(count: int) -> None:
            held.renew()
            self.say(f"{count} of {len(corpus.texts)} wordings indexed")

        rebuild(link, corpus, progress)
        # What was saved meanwhile; nobody else may push while we have the lease.
        catch_up(link, read())

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _size(corpus: Corpus) -> str:
    return f"{len(corpus.items)} entries, {len(corpus.texts)} wordings"
