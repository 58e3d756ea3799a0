"""Short scripts that went wrong once, or would if a promise's foundation were taken away."""

from tests.faults.play import Script

KNOWN: dict[str, Script] = {
    # The second window sends what the first has sent and what is acknowledged.
    "a retry elsewhere": [
        ("say", 0, 0, 0),
        ("pause", 400),
        ("retry", 0, 1),
        ("pause", 200),
    ],
    # Carol has it; Frank takes over without knowing, which only a guard under the lock refuses.
    "taken twice": [
        ("say", 0, 0, 0),
        ("take_over", 0, 0, False),
        ("pause", 300),
        ("take_over", 1, 0, False),
        ("reply", 1, 0),
        ("pause", 200),
    ],
    # Alice's window at the other process hears nothing of it, and nothing comes after it.
    "not announced": [
        ("take_over", 0, 0, False),
        ("pause", 1300),
        ("named_fault", "restart redis"),
        ("say", 0, 0, 0),
        ("pause", 1500),
    ],
    # The other process's dashboard has seen the conversation while it was empty.
    "first message not announced": [
        ("pause", 1500),
        ("named_fault", "restart redis"),
        ("ask_for_person", 0, 0),
        ("pause", 1500),
    ],
    # What a view or a list has heard of and cannot read now, it must read a moment later.
    "no database for a moment": [
        ("take_over", 0, 0, False),
        ("pause", 300),
        ("named_fault", "cut database"),
        ("say", 0, 0, 0),
        ("pause", 30),
        ("named_fault", "cut database"),
        ("reply", 0, 0),
        ("ask", 1, 0, 1),
        ("named_fault", "cut database"),
    ],
    # A thread that could not be read when it was opened again must not stay as it was.
    "no database while opening": [
        ("ask", 0, 0, 0),
        ("named_fault", "cut database"),
        ("agent_looks_away", 0, 0),
        ("agent_looks_away", 1, 0),
        ("pause", 300),
        ("take_over", 0, 0, False),
        ("ask", 0, 0, 1),
    ],
}
NEEDS_REDIS = set(KNOWN) - {"a retry elsewhere", "taken twice"}
