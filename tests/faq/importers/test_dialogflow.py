"""manage.py import_dialogflow: a Dialogflow ES agent becomes entries, and the rest is told."""

import re
import zipfile

import pytest
from django.core.management import CommandError, call_command

from faq.importers import Unreadable
from faq.importers.dialogflow import import_agent
from faq.models import LONGEST_ANSWER, Category, Entry, Phrasing, Revision
from faq.search import search
from tests.faq.importers import dialogflow_export as export


@pytest.fixture
def agent(db, no_model, tmp_path):
    """Writes the export's zip with changes: agent(**{"intents/map.json": {...}})."""

    def write(folder: str = "", **changed):
        return export.write(tmp_path / "agent.zip", export.files(**changed), folder)

    return write


def entry_of(name: str, lang: str = "en") -> Entry:
    """The entry that an intent has become, found by its answer."""
    answer, _ = export.PLAIN[name][lang]
    return Entry.objects.get(answer=answer)


def wordings(entry: Entry) -> set[str]:
    return {entry.title, *entry.phrasings.values_list("text", flat=True)}


def test_the_export_is_as_large_as_promised():
    records = [name for name in export.files() if re.match(r"intents/.*(?<!_..)\.json$", name)]
    assert len(records) >= 30


def test_an_intent_becomes_an_entry_in_each_language_with_all_its_phrases(agent):
    import_agent(agent())
    english, german = entry_of("network.use-the-vpn"), entry_of("network.use-the-vpn", "de")
    assert (english.lang, german.lang) == ("en", "de")
    assert wordings(english) == set(export.PLAIN["network.use-the-vpn"]["en"][1])
    assert wordings(german) == set(export.PLAIN["network.use-the-vpn"]["de"][1])
    assert english.is_published
    assert german.is_published


def test_people_see_a_title_in_their_language_and_never_a_name_made_for_machines(agent):
    import_agent(agent())
    assert entry_of("network.use-the-vpn").title == "how do I use the vpn"
    assert entry_of("network.use-the-vpn", "de").title == "wie kann ich das VPN nutzen"
    assert Entry.objects.filter(title="Opening hours").exists()


def test_a_prefix_that_several_intents_share_is_their_category(agent):
    import_agent(agent())
    names = set(Category.objects.values_list("name", flat=True))
    assert names == {"network", "accounts", "hardware", "campus", "Campus Help"}
    assert entry_of("network.use-the-vpn").category.slug == "network"
    assert Entry.objects.get(title="Opening hours").category.name == "Campus Help"


def test_all_go_into_the_category_that_was_asked_for(agent):
    Category.objects.create(name="Übung", slug="it")
    import_agent(agent(), category="Übung")
    assert {entry.category.slug for entry in Entry.objects.all()} == {"it"}


def test_phrases_are_joined_from_their_parts_and_several_texts_are_one_answer(agent):
    import_agent(agent())
    entry = Entry.objects.get(title="Opening hours")
    assert "are you open on monday" in wordings(entry)
    assert entry.answer == "From 9 to 5.\n\nNot on Sundays."


def test_what_may_be_wrong_by_itself_is_not_published(agent):
    report = import_agent(agent())
    drafts = dict(Entry.objects.filter(is_published=False).values_list("answer", "title"))
    assert set(drafts) == {
        "Rain in $city tomorrow.", "Here is the map.", "The menu could not be read.",
    }  # fmt: skip
    reasons = {note.where: note.what for note in report.unsure}
    assert reasons == {
        "weather in Berlin": "the answer fills in $city",
        "directions - yes": "asked only in the context directions-followup",
        "what is for lunch": "the answer came from the webhook",
    }


def test_what_was_not_taken_over_is_told_with_the_reason(agent):
    report = import_agent(agent())
    told = {(note.what, note.where) for note in report.notes}
    assert told == {
        ("fallback intents (a question without an answer is a miss here)",
         "Default Fallback Intent"),
        ("intents without a text response (en)", "payload only"),
        ("intents without training phrases (en)", "goodbye event"),
        ("parameters", "campus.weather (city)"),
        ("parameters", "campus.directions (city)"),
        ("contexts set by an answer", "campus.directions (directions-followup)"),
        ("events", "Default Welcome Intent (WELCOME)"),
        ("events", "goodbye event (BYE)"),
        ("webhook calls", "canteen"),
        ("rich messages", "map (en: card, custom payload)"),
        ("rich messages", "payload only (en: custom payload)"),
        ("other wordings of an answer", "Default Welcome Intent (en: 1)"),
        ("training phrases that are templates, too long or without a word",
         "Opening hours (en: 1)"),
        ("training phrases that are templates, too long or without a word",
         "campus.directions (en: 2)"),
        ("entity types", "day"),
        ("other files", "customSmalltalkResponses_en.json"),
    }  # fmt: skip


def test_a_price_is_no_parameter(agent):
    import_agent(agent())
    assert Entry.objects.get(answer__contains="$20").is_published


def test_a_text_for_one_platform_stands_in_where_there_is_no_other(agent):
    import_agent(agent())
    assert Entry.objects.get(answer="See the map.").is_published


def test_a_second_import_changes_nothing(agent):
    first = import_agent(agent())
    before = Revision.current()
    second = import_agent(agent())
    assert Revision.current() == before
    assert sorted(second.unchanged) == sorted(first.created)
    assert (second.created, second.updated, second.phrasings) == ([], [], 0)
    assert second.notes == first.notes


def test_a_later_export_updates_and_leaves_what_an_admin_has_decided(agent):
    import_agent(agent())
    vpn = entry_of("network.use-the-vpn")
    vpn.title, vpn.is_published = "Work from home", False
    vpn.save()
    Phrasing.objects.create(entry=vpn, text="dan's own wording")
    name = "intents/network.use-the-vpn"
    report = import_agent(
        agent(
            **{
                f"{name}.json": export.intent("network.use-the-vpn", export.text("Ask Carol.")),
                f"{name}_usersays_en.json": export.phrases("tunnel to the campus"),
            }
        )
    )
    vpn.refresh_from_db()
    assert (vpn.title, vpn.answer, vpn.is_published) == ("Work from home", "Ask Carol.", False)
    assert wordings(vpn) >= {"dan's own wording", "use the vpn please", "tunnel to the campus"}
    assert report.updated == ["Work from home"]
    assert not report.created


def test_a_dry_run_tells_the_same_and_changes_nothing(agent):
    path = agent()
    told = import_agent(path, dry_run=True)
    assert not Entry.objects.exists()
    assert not Category.objects.exists()
    assert str(told) == str(import_agent(path))


def test_a_title_that_is_taken_is_told_apart(agent):
    category = Category.objects.create(name="Own", slug="own")
    Entry.objects.create(title="Opening hours", answer="Ours.", category=category)
    import_agent(agent())
    assert Entry.objects.get(title="Opening hours").answer == "Ours."
    assert Entry.objects.get(title="when do you open").answer.startswith("From 9")


def test_a_folder_zipped_whole_is_found_and_old_exports_are_understood(agent):
    old = {"language": "en"}
    record = export.intent("greeting", {"type": "0", "speech": ["Good day."]}, parentId=None)
    for key in ("condition", "conditionalResponses", "events", "id"):
        record.pop(key)
    path = agent(
        "campus-help/",
        **{
            "agent.json": old,
            "intents/greeting.json": record,
            "intents/greeting_usersays_en.json": [{"data": [{"text": "good day to you"}]}],
        },
    )
    import_agent(path)
    assert Entry.objects.get(answer="Good day.").title == "good day to you"


def test_an_answer_too_long_for_a_message_is_told(agent):
    long = export.intent("long", export.text("x" * (LONGEST_ANSWER + 1)))
    asked = export.phrases("tell me everything")
    report = import_agent(
        agent(**{"intents/long.json": long, "intents/long_usersays_en.json": asked})
    )
    assert "answers of more than 4,000 characters (en)" in {note.what for note in report.notes}


def test_what_was_imported_is_answered(db, no_model, tmp_path):
    name, content = "network.use-the-vpn", export.files()
    few = {file: value for file, value in content.items() if file == "agent.json" or name in file}
    import_agent(export.write(tmp_path / "small.zip", few))
    assert search("use the vpn please").hits[0].answer == entry_of(name).answer


def test_the_command_says_what_it_did_and_what_not(agent, capsys):
    call_command("import_dialogflow", str(agent()), "--dry-run")
    said = capsys.readouterr().out
    assert "Dry run: nothing was changed." in said
    assert f"{Entry.objects.count()} entries" not in said
    assert "  parameters: 2 — campus.directions (city); campus.weather (city)" in said


class TestWhatIsNoExport:
    """Each is told in one line, and nothing of it is loaded."""

    def refused(self, path) -> str:
        with pytest.raises(CommandError) as raised:
            call_command("import_dialogflow", str(path))
        assert not Entry.objects.exists()
        said = str(raised.value)
        assert said.startswith(f"{path}: ")
        assert "\n" not in said
        return said

    def test_a_missing_file(self, db, tmp_path):
        assert "No such file" in self.refused(tmp_path / "none.zip")

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"{}" * 100])
    def test_no_zip(self, db, tmp_path, content):
        (tmp_path / "bad.zip").write_bytes(content)
        assert "not a zip archive" in self.refused(tmp_path / "bad.zip")

    def test_a_folder(self, db, tmp_path):
        assert "directory" in self.refused(tmp_path)

    def test_another_zip(self, db, tmp_path):
        path = export.write(tmp_path / "other.zip", {"readme.json": {}})
        assert "no agent.json" in self.refused(path)

    @pytest.mark.parametrize("name", ["../agent.json", "/etc/agent.json", "a\\..\\agent.json"])
    def test_names_that_lead_out_of_the_archive(self, db, tmp_path, name):
        path = export.write(tmp_path / "tricky.zip", {"agent.json": export.AGENT, name: {}})
        assert "points outside of the archive" in self.refused(path)

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_two_files_of_one_name(self, agent):
        path = agent()
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("agent.json", "{}")
        assert "two files of one name" in self.refused(path)

    def test_a_bomb(self, agent):
        path = agent(**{"intents/bomb.json": b" " * (9 * 1024**2)})
        assert "intents/bomb.json is too large" in self.refused(path)

    def test_many_small_bombs(self, agent, monkeypatch):
        monkeypatch.setattr("faq.importers.dialogflow.archive.LARGEST_CONTENT", 20_000)
        assert "is too large for an agent's export" in self.refused(agent())

    def test_an_archive_too_large_or_of_too_many_files(self, agent, monkeypatch):
        path = agent()
        monkeypatch.setattr("faq.importers.dialogflow.archive.MOST_FILES", 10)
        assert "files are too many" in self.refused(path)
        monkeypatch.setattr("faq.importers.dialogflow.archive.LARGEST_ARCHIVE", 1000)
        assert "bytes are too large" in self.refused(path)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"{", "truncated"),
            (b"[]", "Expected `object`"),
            (b'{"name": 5}', "Expected `str`"),
            (b'{"name": "x", "responses": {}}', "Expected `array"),
            (b'{"name": "\xff"}', "utf-8"),
            (b'{"name": "\\ud800"}', "intents/map.json"),
            (b'{"name":' + b"[" * 100_000, "intents/map.json"),
        ],
    )
    def test_wrong_json(self, agent, content, said):
        assert said in self.refused(agent(**{"intents/map.json": content}))

    def test_a_damaged_file(self, agent):
        path = agent()
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo("intents/map.json")
        content = bytearray(path.read_bytes())
        start = member.header_offset + 30 + len(member.filename)
        content[start : start + 20] = b"\xff" * 20
        path.write_bytes(content)
        assert "intents/map.json is damaged" in self.refused(path)

    def test_a_language_that_is_none(self, agent):
        odd = export.intent("odd", export.text("Hi.", "somewhere"))
        content = {"intents/odd.json": odd, "intents/odd_usersays_en.json": []}
        assert "'somewhere' is no language" in self.refused(agent(**content))

    def test_two_intents_of_one_id(self, agent):
        twin = {**export.special()["map"][0], "name": "map again"}
        content = {
            "intents/again.json": twin,
            "intents/again_usersays_en.json": export.phrases("show me the map again"),
        }
        with pytest.raises(Unreadable, match="two intents of one id"):
            import_agent(agent(**content))
        assert not Entry.objects.exists()

    def test_a_nul_in_a_phrase_costs_the_phrase_only(self, agent):
        asked = export.phrases("fine one", "nul \x00 one")
        import_agent(agent(**{"intents/map_usersays_en.json": asked}))
        assert wordings(Entry.objects.get(answer="See the map.")) == {"fine one"}
