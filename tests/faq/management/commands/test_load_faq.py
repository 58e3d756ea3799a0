import pytest
from django.core.management import CommandError, call_command

from faq.models import Entry
from tests.faq.conftest import DEMO


def test_loads_a_file_and_says_what_it_did(db, no_model, capsys):
    call_command("load_faq", str(DEMO))
    assert f"{Entry.objects.count()} entries new" in capsys.readouterr().out


def test_says_what_is_wrong_with_a_file(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_faq", str(tmp_path / "none.json"))
