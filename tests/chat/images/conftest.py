import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for this test's pictures."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
