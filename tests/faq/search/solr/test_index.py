"""The index and the database: compared by states, made equal, built anew beside the old one."""

import shutil
import threading

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from faq.models import Category, Entry, Lease, Phrasing
from faq.search import search
from faq.search.solr import documents as states_of
from faq.search.solr import index as indexes
from faq.search.solr import lease as leases
from faq.search.solr.client import Away, Client
from faq.search.solr.index import difference
from faq.search.solr.index import indexed as states_in
from faq.search.solr.lease import Lost, lease
from faq.search.solr.places import FOLDER
from faq.search.solr.rebuilding import catch_up, read, rebuild
from tests.faq.search.corpora import corpus

pytestmark = pytest.mark.django_db


def documents(link, query: str = "*:*") -> list[dict]:
    """What is in the index, as an admin of Solr would see it."""
    answer = httpx.get(
        f"{link.client.addresses[0]}/{link.index}/select",
        params={"q": query, "rows": 1000},
        timeout=20,
    )
    return answer.json()["response"]["docs"]


def delete(link, query: str) -> None:
    """Delete by hand, past the desk."""
    httpx.post(
        f"{link.client.addresses[0]}/{link.index}/update",
        params={"commit": "true"},
        json={"delete": {"query": query}},
        timeout=20,
    ).raise_for_status()


class TestADocument:
    def test_is_one_wording_with_its_entry(self, indexed, link):
        entry = indexed["wifi"]
        found = documents(link, f"entry_id:{entry.pk}")
        wordings = {"Connect to Wi-Fi", "how do i get on wifi", "wireless network on my laptop"}
        assert {one["text"] for one in found} == wordings
        assert {one["answer"] for one in found} == {entry.answer}
        assert {one["category"] for one in found} == {"network"}
        assert {one["lang"] for one in found} == {"en"}

    def test_of_a_draft_there_is_none(self, indexed, link, keeper):
        entry = indexed["vpn"]
        Entry.objects.filter(pk=entry.pk).update(is_published=False)
        assert keeper.look()
        assert documents(link, f"entry_id:{entry.pk}") == []


class TestAChange:
    """After it was committed the keeper pushes it; the next look finds nothing left to do."""

    def changed(self, link, keeper) -> set[str]:
        assert keeper.look()
        assert not difference(read(), states_in(link.client, link.index))
        return {one["text"] for one in documents(link)}

    def test_a_new_entry_and_a_new_wording_are_added(self, indexed, link, keeper, write):
        write("Print a poster", "a0 poster printing")
        Phrasing.objects.create(entry=indexed["vpn"], text="tunnel to the campus")
        texts = self.changed(link, keeper)
        assert {"Print a poster", "a0 poster printing", "tunnel to the campus"} <= texts

    def test_a_changed_wording_replaces_the_old_one(self, indexed, link, keeper):
        wording = indexed["vpn"].phrasings.get(text="vpn client")
        wording.text = "the vpn program"
        wording.save()
        texts = self.changed(link, keeper)
        assert "the vpn program" in texts
        assert "vpn client" not in texts

    def test_a_changed_answer_and_category_are_written(self, indexed, link, keeper):
        indexed["vpn"].answer = "Ask Carol."
        indexed["vpn"].save()
        Category.objects.filter(slug="network").update(slug="wires")
        self.changed(link, keeper)
        found = documents(link, f"entry_id:{indexed['vpn'].pk}")
        assert {(one["answer"], one["category"]) for one in found} == {("Ask Carol.", "wires")}

    def test_a_deleted_entry_is_removed(self, indexed, link, keeper):
        indexed["vpn"].delete()
        assert "vpn client" not in self.changed(link, keeper)

    def test_only_what_changed_is_sent(self, indexed, link, keeper, monkeypatch):
        sent: list[dict] = []
        add = Client.add
        monkeypatch.setattr(
            Client, "add", lambda self, index, some: sent.extend(some) or add(self, index, some)
        )
        Phrasing.objects.create(entry=indexed["vpn"], text="tunnel to the campus")
        keeper.look()
        assert {one["entry_id"] for one in sent} == {str(indexed["vpn"].pk)}
        sent.clear()
        assert keeper.look()
        assert sent == []


class TestWhatSomebodyDidByHand:
    def test_an_emptied_index_is_filled_again(self, indexed, link, keeper):
        delete(link, "*:*")
        assert search("lost password").engine == "embedded, Solr away"
        assert keeper.look()
        assert len(documents(link)) == 12
        assert search("lost password").engine == "solr"

    def test_single_documents_removed_or_added_are_put_right(self, indexed, link, keeper):
        delete(link, 'text:"vpn client"')
        stranger = documents(link, f"entry_id:{indexed['wifi'].pk}")[0]
        del stranger["_version_"]
        stranger |= {"id": f"{stranger['entry_id']}!more", "text": "foreign words"}
        link.client.add(link.index, [stranger])
        link.client.commit(link.index, soft=True)
        assert keeper.look()
        texts = {one["text"] for one in documents(link)}
        assert "vpn client" in texts
        assert "foreign words" not in texts

    def test_an_index_removed_is_made_again(self, new_link, model, desk, keeper):
        assert keeper.look()
        new_link.place.drop(new_link.index)
        assert keeper.look()
        assert len(documents(new_link)) == 12


class TestAnotherSchema:
    def test_an_index_of_an_older_desk_is_built_anew(
        self, new_link, solr, model, desk, keeper, knowledge
    ):
        conf = solr.home / "configsets" / "older" / "conf"
        shutil.copytree(FOLDER, conf)
        schema = (conf / "schema.xml").read_text()
        lines = [line for line in schema.splitlines() if 'name="valid_' not in line]
        (conf / "schema.xml").write_text("\n".join(lines))
        name = new_link.index
        older = {"name": name, "instanceDir": f"{name}_older", "configSet": "older"}
        new_link.client.admin("cores", "CREATE", older)
        old = {"id": "1!a", "entry_id": "1", "state": "1.1.mark.1", "text": "lost password"}
        new_link.client.add(name, [old])
        new_link.client.commit(name, soft=True)

        assert keeper.look()
        knowledge.settle()
        assert len(documents(new_link)) == 12
        assert search("lost password").engine == "solr"

    def test_the_number_alone_tells(self, indexed, link, keeper, monkeypatch):
        before = link.client.admin("cores", "STATUS")["status"][link.index]["instanceDir"]
        monkeypatch.setattr(states_of, "SCHEMA", states_of.SCHEMA + 1)
        states_of._states.clear()
        assert keeper.look()
        after = link.client.admin("cores", "STATUS")["status"][link.index]["instanceDir"]
        assert before != after
        states_of._states.clear()


class TestOneProcessAtATime:
    def test_who_has_no_lease_looks_and_leaves_it(self, indexed, link, keeper):
        delete(link, "*:*")
        with lease() as held:
            assert held is not None
            assert not keeper.look()
            assert documents(link) == []
        assert keeper.look()

    def test_a_lease_that_nobody_renews_runs_out(self, db):
        Lease.objects.create(name=leases.NAME, holder="dead", until=timezone.now())
        with lease() as held:
            assert held is not None
            with lease() as another:
                assert another is None
        with lease() as held:
            assert held is not None

    def test_who_was_too_slow_stops_where_another_has_it_by_now(self, db, monkeypatch):
        with lease() as held:
            Lease.objects.update(holder="another")
            held.renew()
            monkeypatch.setattr(leases, "LENGTH", 0)
            with pytest.raises(Lost):
                held.renew()
        assert Lease.objects.get().holder == "another"

    def test_a_slow_keeper_gives_up_and_looks_again(self, indexed, link, keeper, monkeypatch):
        delete(link, "*:*")

        def lost(self: object) -> None:
            raise Lost

        monkeypatch.setattr(leases.Held, "renew", lost)
        assert not keeper.look()
        assert not link.breaker.is_open
        monkeypatch.undo()
        assert keeper.look()

    @pytest.mark.parametrize("query", ["*:*", "category:network"], ids=["all", "some"])
    def test_the_keeper_renews_it_with_every_request(
        self, indexed, link, keeper, monkeypatch, query
    ):
        monkeypatch.setattr(indexes, "AT_ONCE", 1)
        delete(link, query)
        missing = 12 - len(documents(link))
        renewed: list[None] = []
        monkeypatch.setattr(leases.Held, "renew", lambda held: renewed.append(None))
        assert keeper.look()
        assert len(renewed) >= missing > 0

    def test_it_is_renewed_while_there_is_work(self, db, monkeypatch):
        with lease() as held:
            until = Lease.objects.get().until
            held.renew()
            assert Lease.objects.get().until == until
            monkeypatch.setattr(leases, "LENGTH", 0)
            held.renew()
            assert Lease.objects.get().until < until


class TestRebuilding:
    def test_never_leaves_a_question_without_an_answer(self, indexed, link, monkeypatch):
        """The index is filled slowly; questions go on all the while."""
        monkeypatch.setattr(indexes, "AT_ONCE", 1)
        known = read()
        over = threading.Event()
        failures: list[BaseException] = []

        def build() -> None:
            try:
                for _ in range(2):
                    rebuild(link, known)
            except BaseException as error:
                failures.append(error)
            finally:
                over.set()

        builder = threading.Thread(target=build)
        builder.start()
        engines = set()
        while not over.is_set():
            result = search("i forgot my password")
            assert result.hits[0].title == "Reset a password"
            engines.add(result.engine)
        builder.join()
        assert failures == []
        assert engines == {"solr"}

    def test_that_fails_leaves_the_old_index_and_nothing_else(self, indexed, link, monkeypatch):
        def broken(*arguments: object, **options: object) -> None:
            raise Away("no connection")

        monkeypatch.setattr(Client, "commit", broken)
        with pytest.raises(Away):
            rebuild(link, read())
        monkeypatch.undo()
        assert len(documents(link)) == 12
        assert not link.place.exists(f"{link.index}_next")

    def test_takes_the_place_of_one_that_was_never_finished(self, indexed, link):
        link.place.make(link.index)
        rebuild(link, read())
        assert len(documents(link)) == 12

    def test_catches_up_with_what_was_saved_meanwhile(self, indexed, link):
        before = read()
        indexed["vpn"].delete()
        rebuild(link, before)
        assert catch_up(link, read())
        assert not catch_up(link, read())
        assert len(documents(link)) == 9


class TestTheCommand:
    def test_builds_tells_how_far_it_is_and_agrees(self, new_link, model, desk, capsys):
        with pytest.raises(CommandError, match=r"Solr \(http://127.0.0.1:\d+/solr/faq\d+\): HTTP"):
            call_command("index_faq", "--check")
        call_command("index_faq")
        said = capsys.readouterr().out.splitlines()
        assert said[-1] == "Indexed 4 entries, 12 wordings."
        assert "12 of 12 wordings indexed" in said
        call_command("index_faq", "--check")
        assert "agree: 4 entries, 12 wordings" in capsys.readouterr().out

    def test_checks_without_changing_anything(self, indexed, link):
        delete(link, 'text:"vpn client"')
        indexed["wifi"].delete()
        with pytest.raises(CommandError, match="1 entries to be added, 1 to be removed"):
            call_command("index_faq", "--check")
        assert "vpn client" not in {one["text"] for one in documents(link)}

    def test_waits_for_nobody_for_ever(self, indexed, link, monkeypatch):
        monkeypatch.setattr("faq.management.commands.index_faq.PATIENCE", 0)
        with lease(), pytest.raises(CommandError, match="Another process"):
            call_command("index_faq")

    def test_says_where_solr_is_not(self, db, settings):
        settings.SOLR_URL = "http://user:secret@127.0.0.1:9/solr/faq"
        with pytest.raises(CommandError) as caught:
            call_command("index_faq", "--check")
        assert "http://127.0.0.1:9/solr/faq" in str(caught.value)
        assert "secret" not in str(caught.value)


def test_a_wording_embedded_later_is_another_state():
    bare = corpus()
    bare.embedded[0] = False
    there = dict(indexes.states(bare))
    assert difference(corpus(), there).missing
    assert not difference(bare, there)
