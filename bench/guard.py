"""What the bot says where the FAQ has no answer, or a part of one: every word of it checked.

    .venv/bin/python bench/guard.py [--unanswerable 1000] [--model embedded] [--report FILE]
                                    [--state FILE --seconds 200] [--hopeless 80]

The demo's FAQ, a fresh database, the whole turn as the worker does it.

First so many questions that the demo cannot answer, of public development data (tests/services/
intents.py says where that lies), two in each conversation: what went out, and every link, address,
number and name in it that no source has. Then the 100 questions of bench/questions/partial.tsv, of
which an entry holds only a part of the answer, each in a conversation of its own: with the model
and with the honest template alone. Helped is who was given that part, word for word, under the
entry's name. Misled is who was told something as an answer that the entry named as its source
does not say, or was given another entry's words as the answer. The report has all 100.
"""

import argparse
import csv
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import desk

PARTIAL = Path(__file__).parent / "questions/partial.tsv"
AT_ONCE = 8
LITERAL = re.compile(r"\S*[@/\d]\S*|\S+\.[a-z]{2,}\b\S*")
# In the middle of a sentence: a capital is a name's, or an acronym's.
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'-]+")


def unanswerable(number: int) -> list[str]:
    """Questions of other matters, the hard ones (out of every scope) first."""
    from tests.services.intents import FOLDER

    def read(name: str) -> dict:
        return json.loads((FOLDER / f"{name}.json").read_text())

    hard = list(read("clinc150_full_dev")["oos_test"])
    for name in ("hint3_curekart_dev", "hint3_powerplay11_dev", "hint3_sofmattress_dev"):
        hard += read(name)["oos_test"]
    hard = list(dict.fromkeys(hard))[:number]
    others = [text for text, _ in read("banking77_dev")["test"]]
    others += [text for text, _ in read("clinc150_full_dev")["test"]]
    return hard + random.Random(1).sample(others, number - len(hard))


Row = dict[str, Any]


class Asked:
    """What was asked so far, by conversation, and in a file where one is given."""

    def __init__(self, path: Path | None, seconds: float) -> None:
        self.path, self.end = path, time.monotonic() + seconds
        self.rows: dict[str, list[Row]] = {}
        self.lock = threading.Lock()
        if path and path.exists():
            for line in path.read_text().splitlines():
                self.rows |= json.loads(line)

    def ask(self, name: str, rows: list[Row]) -> None:
        """One customer's questions, unless they are answered or time is up."""
        if name in self.rows or time.monotonic() > self.end:
            return
        done: list[Row] = []
        with desk.closing_connection():
            customer = desk.Customer(f"bench-{name}")
            for row in rows:
                if done and done[-1]["outcome"].startswith("handed over"):
                    customer = desk.Customer(f"bench-{name}-again")
                done.append({**row, **what_went_out(row, customer)})
        with self.lock:
            self.rows[name] = done
            if self.path:
                with self.path.open("a") as file:
                    file.write(json.dumps({name: done}) + "\n")

    def all(self, kind: str, conversations: list[list[Row]]) -> list[Row]:
        """The answered rows of these conversations, asked by several customers at once."""
        names = [f"{kind}-{number}" for number in range(len(conversations))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.ask, names, conversations))
        return [row for name in names for row in self.rows.get(name, [])]


def what_went_out(row: Row, customer: desk.Customer) -> Row:
    started = time.monotonic()
    reply = customer.ask(row["question"])
    out = {
        "outcome": kind(reply),
        "reply": reply.body,
        "why": reply.evidence.get("template", ""),
        "wrote": "model" in reply.evidence,
        "invented": invented(reply),
        "seconds": round(time.monotonic() - started, 2),
    }
    return out if "part" not in row else {**out, "verdict": verdict(row, reply)}


def sources_of(reply) -> str:
    """All that the reply's words may come from: its entries, whole."""
    from faq.models import Entry

    ids = [one["entry"] for one in reply.data.get("sources", [])]
    ids += [reply.data[name]["entry"] for name in ("source", "quote") if name in reply.data]
    entries = Entry.objects.filter(pk__in=ids)
    return "\n".join(f"{entry.title}\n{entry.answer}\n{entry.link}" for entry in entries)


def invented(reply) -> list[str]:
    """The links, addresses, numbers and names of a generated reply that its sources lack."""
    if reply.outcome != "generated" and "quote" not in reply.data:
        return []
    text, known = reply.body, sources_of(reply).lower()
    found = [*LITERAL.findall(text), *NAME.findall(text)]
    return [one for one in found if one.strip(".,;:!?()\"'“”").lower() not in known]


def kind(reply) -> str:
    if reply.outcome == "handoff":
        return f"handed over ({reply.evidence.get('handoff')})"
    return "suggest with a quote" if "quote" in reply.data else str(reply.outcome.value)


def first_part(number: int, asked: Asked) -> Row:
    questions = [{"question": text} for text in unanswerable(number)]
    rows = asked.all("first", [questions[i : i + 2] for i in range(0, number, 2)])
    return {
        "questions": len(rows),
        "outcomes": dict(Counter(row["outcome"] for row in rows).most_common()),
        "the model wrote for": sum(row["wrote"] for row in rows),
        "template because": dict(Counter(row["why"] for row in rows if row["why"]).most_common()),
        "invented": [row for row in rows if row["invented"]],
        "generated": [row for row in rows if row["outcome"] == "generated"],
        "rows": rows,
    }


def hopeless(rows: list[Row], number: int) -> list[Row]:
    """Those of so many questions, not given to the model, whose reply would have gone out."""
    from chat.bot import faq, guard, language_model, prompt, rules, writing

    def write(row: Row) -> Row:
        notes = prompt.notes(faq.find([rules.question(row["question"])]).hits)
        asked = prompt.messages(row["question"], notes, [])
        said = "".join(language_model.current().generate(asked, stop=lambda: False))
        judgement = guard.judge(said, notes, row["question"], writing.similarity)
        return {"question": row["question"], "said": said, "passed": judgement.text}

    left_out = [row for row in rows if row["why"] == "nothing near"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        written = list(pool.map(write, random.Random(2).sample(left_out, number)))
    return [row for row in written if row["passed"]]


# ── a part of the answer ──
def partial() -> list[Row]:
    with PARTIAL.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def verdict(row: Row, reply) -> str:
    """What became of one question, by the criterion above."""
    titles = [one["title"] for one in reply.data.get("sources", [])]
    titles += [reply.data[name]["title"] for name in ("source", "quote") if name in reply.data]
    if row["part"] in reply.body and row["entry"] in titles:
        return "helped"
    misled = bool(invented(reply)) or (
        reply.outcome in ("answer", "generated") and row["entry"] not in titles
    )
    return "misled" if misled else "not helped"


def report(rows: list[Row], path: Path) -> None:
    lines = ["# A hundred questions of which the FAQ holds a part", ""]
    lines += [f"Made by bench/guard.py. {len(rows)} questions; the criterion stands there.", ""]
    for number, row in enumerate(rows, 1):
        reply = " ".join(row["reply"].split())
        lines += [
            f"{number}. **{row['question']}** In the FAQ: “{row['part']}” ({row['entry']}); not in "
            f"it: {row['missing']}.",
            f"   {row['outcome']}, {row['verdict']}: {reply}",
        ]
    path.write_text("\n".join(lines) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unanswerable", type=int, default=1000)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--hopeless", type=int, default=0)
    options = parser.parse_args()
    desk.demo(language_model=options.model)
    asked = Asked(options.state, options.seconds)
    # The hundred first: the shorter part.
    rows = asked.all("second", [[row] for row in partial()])
    first = first_part(options.unanswerable, asked) if options.unanswerable else {}
    if time.monotonic() > asked.end:
        print(f"{len(rows)} and {first['questions']} are asked: again, with the same --state")
        return 2
    verdicts = print_figures(first, rows)
    if options.hopeless:
        passed = hopeless(first["rows"], options.hopeless)
        print(f"asked all the same, {options.hopeless}: {len(passed)} would have passed", passed)
    if options.report:
        report(rows, options.report)
    return 1 if first.get("invented") or verdicts["misled"] else 0


def print_figures(first: Row, rows: list[Row]) -> Counter[str]:
    print(json.dumps({name: first[name] for name in first if name != "rows"}, indent=1))
    verdicts = Counter(row["verdict"] for row in rows)
    print("a part of the answer:", dict(verdicts))
    for (outcome, verdict), count in sorted(
        Counter((row["outcome"], row["verdict"]) for row in rows).items()
    ):
        print(f"  {outcome}, {verdict}: {count}")
    gained = [row for row in rows if row["outcome"] in ("suggest with a quote", "generated")]
    helped = sum(row["verdict"] == "helped" for row in gained)
    print(f"by a quote or by the model, where the template or bare titles stood: {helped} helped")
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
