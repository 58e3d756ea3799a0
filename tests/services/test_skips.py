"""What CI makes of skipped tests."""

import pytest

from tests.services import skips


def skipped(reason: str) -> pytest.TestReport:
    where = ("test_x.py", 1, f"Skipped: {reason}")
    return pytest.TestReport("test_x", ("", 1, ""), {}, "skipped", where, "call")


def test_elsewhere_a_skip_is_a_skip(monkeypatch):
    monkeypatch.setattr(skips, "IN_CI", False)
    assert skips.refused_in_ci(skipped("no time")).skipped


def test_in_ci_a_skip_is_a_failure_that_gives_the_reason(monkeypatch):
    monkeypatch.setattr(skips, "IN_CI", True)
    report = skips.refused_in_ci(skipped("no time"))
    assert report.failed
    assert "no time" in str(report.longrepr)


def test_in_ci_what_cannot_be_had_is_skipped_by_name(monkeypatch):
    monkeypatch.setattr(skips, "IN_CI", True)
    monkeypatch.setattr(skips, "CANNOT_BE_HAD", "solr: in no package source\n")
    with pytest.raises(pytest.skip.Exception) as skip:
        skips.missing("solr", "apt-get install solr")
    assert skips.refused_in_ci(skipped(str(skip.value))).skipped
    with pytest.raises(pytest.skip.Exception) as skip:
        skips.missing("redis-server", "apt-get install redis-server")
    assert skips.refused_in_ci(skipped(str(skip.value))).failed
