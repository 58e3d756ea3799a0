import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from faq.models import Category, Embedding, Entry, Phrasing, Revision, wording_key


def test_wordings_that_differ_in_case_and_spacing_are_one():
    assert wording_key("  How do\tI  get on WIFI ") == wording_key("how do i get on wifi")


def test_a_wording_without_a_word_is_refused(write):
    for text in ("", "   ", "?!"):
        with pytest.raises(ValidationError):
            Phrasing(entry=write(f"Entry {text!r}"), text=text).full_clean()


def test_a_wording_is_stored_with_single_spaces(write):
    phrasing = Phrasing(entry=write("Wi-Fi"), text="  on   the\nwifi ")
    phrasing.full_clean()
    assert phrasing.text == "on the wifi"


def test_the_same_wording_twice_in_an_entry_is_refused_in_words(write):
    entry = write("Wi-Fi", "on the wifi")
    with pytest.raises(ValidationError, match="has this wording already"):
        Phrasing(entry=entry, text="On the  WIFI").full_clean()
    with pytest.raises(ValidationError, match="title says this already"):
        Phrasing(entry=entry, text="wi-fi").full_clean()


def test_the_same_wording_twice_in_an_entry_is_refused_by_the_database(write):
    entry = write("Wi-Fi", "on the wifi")
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrasing.objects.bulk_create([Phrasing(entry=entry, text="ON THE WIFI")])


def test_two_entries_may_share_a_wording(write):
    write("Wi-Fi", "internet")
    write("Cable", "internet")
    assert Phrasing.objects.filter(key="internet").count() == 2


@pytest.mark.parametrize("text", ["null \x00 byte", "bell \x07"])
def test_control_characters_are_refused_before_the_database_refuses_them(network, text):
    entry = Entry(title="Fine", answer=text, category=network)
    with pytest.raises(ValidationError, match="control characters"):
        entry.full_clean()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.edu/file", "not a link"])
def test_a_link_leads_to_a_web_page_or_nowhere(network, link):
    with pytest.raises(ValidationError) as raised:
        Entry(title="Fine", answer="Fine.", category=network, link=link).full_clean()
    assert "link" in raised.value.message_dict


def test_a_category_with_entries_cannot_be_deleted(desk, network):
    with pytest.raises(ProtectedError):
        network.delete()


def test_embeddings_are_known_by_their_text_alone():
    assert Embedding.digest_of("wifi") == Embedding.digest_of("wifi") != Embedding.digest_of("vpn")
    assert len(Embedding.digest_of("lone surrogate \ud800")) == 64


class TestEveryChangeMovesTheRevision:
    def changed(self, change) -> bool:
        before = Revision.current()
        change()
        return Revision.current() != before

    def test_before_the_first_entry_there_is_none(self, db):
        assert Revision.current() == ""

    def test_saving_and_deleting(self, desk):
        entry, phrasing = desk["wifi"], desk["wifi"].phrasings.first()
        assert self.changed(entry.save)
        assert self.changed(phrasing.save)
        assert self.changed(phrasing.delete)
        assert self.changed(entry.delete)
        assert self.changed(Category(name="New", slug="new").save)
        assert not self.changed(lambda: Entry.objects.count())

    def test_changing_many_at_once(self, desk):
        one = Phrasing(entry=desk["vpn"], text="tunnel")
        assert self.changed(lambda: Phrasing.objects.bulk_create([one]))
        assert self.changed(lambda: Phrasing.objects.filter(text="tunnel").update(text="a tunnel"))
        assert self.changed(lambda: Entry.objects.filter(title__contains="VPN").delete())

    def test_there_is_one_row_however_many_changes(self, desk):
        assert Revision.objects.count() == 1


def test_a_change_marks_the_entries_it_touches_and_no_others(desk):
    marks = dict(Entry.objects.values_list("pk", "mark"))
    Phrasing.objects.create(entry=desk["vpn"], text="tunnel")
    Phrasing.objects.filter(text="lost password").update(text="it is gone")
    changed = {pk for pk, mark in Entry.objects.values_list("pk", "mark") if mark != marks[pk]}
    assert changed == {desk["vpn"].pk, desk["reset"].pk}


def test_renaming_a_category_marks_its_entries(desk, accounts):
    marks = dict(Entry.objects.values_list("pk", "mark"))
    accounts.slug = "logins"
    accounts.save()
    changed = {pk for pk, mark in Entry.objects.values_list("pk", "mark") if mark != marks[pk]}
    assert changed == {desk["reset"].pk, desk["change"].pk}
