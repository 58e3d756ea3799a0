"""Client ids made of others: as long as the column, and never one for two."""

import pytest

from chat.log import derived_client_id
from chat.models import Message

LONGEST = Message._meta.get_field("client_id").max_length


def test_a_short_one_is_what_it_was():
    assert derived_client_id("contact-", "abc") == "contact-abc"


@pytest.mark.parametrize("prefix", ["transferred-", f"bot:device:{2**63}:"])
def test_long_ones_stay_apart(prefix):
    made = {derived_client_id(prefix, f"{'x' * 63}{number}") for number in range(3)}
    assert len(made) == 3
    assert {len(one) <= LONGEST for one in made} == {True}
    assert derived_client_id(prefix, "x" * 64) == derived_client_id(prefix, "x" * 64)
