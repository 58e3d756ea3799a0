"""Whatever people do and whatever breaks: afterwards every view equals the database.

A script that fails is printed as hypothesis's "falsifying example"; in known.py it stays one.
FAULTS_SEED and FAULTS_EXAMPLES choose other scripts, and more of them.
"""

import os

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.faults.cluster import Cluster
from tests.faults.known import KNOWN, NEEDS_REDIS
from tests.faults.play import Broken, Script, play

SEED = int(os.environ.get("FAULTS_SEED", "3"))
EXAMPLES = int(os.environ.get("FAULTS_EXAMPLES", "8"))

who = st.integers(0, 1)
small = st.integers(0, 3)
yes = st.booleans()


def step(name: str, *arguments: st.SearchStrategy) -> st.SearchStrategy:
    return st.tuples(st.just(name), *arguments)


pause = step("pause", st.sampled_from([0, 10, 30, 100, 300]))
customers_do = st.one_of(
    step("say", who, who, small),
    step("ask", who, who, small),
    step("ask", who, who, small),
    step("hurry", who, who),
    step("retry", st.integers(0, 30), who),
    step("ask_for_person", who, who),
    step("read", who, who),
    step("leave", who, who, yes),
    step("come_back", who, who),
    step("come_back", who, who),
)
agents_do = st.one_of(
    step("reply", who, who),
    step("reply", who, who),
    step("note", who, who),
    step("take_over", who, who, yes),
    step("take_over", who, who, yes),
    step("hand_back", who, who),
    step("resolve", who, who),
    step("transfer", who, who),
    step("agent_reads", who, who),
    step("agent_looks_away", who, who),
    step("agent_leaves", who, yes),
    step("agent_comes_back", who),
    step("agent_comes_back", who),
)
steps = st.one_of(customers_do, agents_do, pause)
accident = step("fault", st.integers(0, 11))
accidents = st.one_of(st.just([]), st.lists(accident, min_size=1, max_size=2))


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """30 to 70 steps, and in half of them one or two accidents."""
    script = draw(st.lists(steps, min_size=30, max_size=70))
    for accident in draw(accidents):
        script.insert(draw(st.integers(0, len(script))), accident)
    return script


def try_many(cluster: Cluster, examples: int = EXAMPLES, known: dict[str, Script] = KNOWN) -> None:
    """Plays the known scripts and as many drawn ones; a failing one is printed as it was drawn.

    Raises Broken.
    """
    print(f"FAULTS_SEED={SEED}, {examples} scripts")
    for name, script in known.items():
        if name not in NEEDS_REDIS or cluster.redis is not None:
            play(cluster, script)

    broken: list[Broken] = []

    # To shrink a script means to play it some hundred times: more than a run may take.
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scripts())
    def every_view_equals_the_database(script: Script) -> None:
        if broken:  # hypothesis plays it once more, which by chance may go well
            raise broken[0]
        try:
            play(cluster, script)
        except Broken as problem:
            broken.append(problem)
            raise

    every_view_equals_the_database()
