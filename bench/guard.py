"""What the bot says where the FAQ has no answer, or a part of one: every word of it checked.

    .venv/bin/python bench/guard.py [--unanswerable 1000] [--json FILE] [--model embedded]
                                    [--report FILE]

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
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def ask(number: int, texts: list[str]) -> list:
    """(text, reply) of one customer's questions."""
    with desk.closing_connection():
        customer = desk.Customer(f"bench-{number}")
        return [(text, customer.ask(text)) for text in texts]


def asked(conversations: list[list[str]], start: int) -> list:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = range(start, start + len(conversations))
        return [pair for talk in pool.map(ask, numbers, conversations) for pair in talk]


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


def first_part(number: int) -> dict:
    questions = unanswerable(number)
    started = time.monotonic()
    pairs = asked([questions[i : i + 2] for i in range(0, len(questions), 2)], 0)
    kinds = Counter(kind(reply) for _, reply in pairs)
    inventions = [(text, reply.body, made) for text, reply in pairs if (made := invented(reply))]
    shown = [
        {"question": text, "outcome": kind(reply), "reply": reply.body}
        for text, reply in pairs
        if reply.outcome == "generated" or "quote" in reply.data
    ]
    return {
        "questions": len(pairs),
        "seconds": time.monotonic() - started,
        "outcomes": dict(kinds.most_common()),
        "invented": inventions,
        "shown": shown,
    }


# ── a part of the answer ──
def partial() -> list[dict[str, str]]:
    with PARTIAL.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def judged(row: dict[str, str], reply) -> dict[str, str]:
    """What became of one question, by the criterion above."""
    titles = [one["title"] for one in reply.data.get("sources", [])]
    titles += [reply.data[name]["title"] for name in ("source", "quote") if name in reply.data]
    has_part = row["part"] in reply.body and row["entry"] in titles
    misled = bool(invented(reply)) or (
        reply.outcome in ("answer", "generated") and row["entry"] not in titles
    )
    verdict = "helped" if has_part else "misled" if misled else "not helped"
    return {**row, "outcome": kind(reply), "reply": reply.body, "verdict": verdict}


def second_part(start: int) -> list[dict[str, str]]:
    rows = partial()
    pairs = asked([[row["question"]] for row in rows], start)
    return [judged(row, reply) for row, (_, reply) in zip(rows, pairs, strict=True)]


def report(rows: list[dict[str, str]], path: Path) -> None:
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
    parser.add_argument("--json", type=Path)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    desk.demo(language_model=options.model)
    first = first_part(options.unanswerable) if options.unanswerable else {}
    rows = second_part(options.unanswerable)
    verdicts = Counter(row["verdict"] for row in rows)
    by_outcome = Counter((row["outcome"], row["verdict"]) for row in rows)
    print(json.dumps({name: first[name] for name in first if name != "shown"}, indent=1))
    print("a part of the answer:", dict(verdicts))
    for (outcome, verdict), count in sorted(by_outcome.items()):
        print(f"  {outcome}, {verdict}: {count}")
    gained = [row for row in rows if row["outcome"] in ("suggest with a quote", "generated")]
    helped = sum(row["verdict"] == "helped" for row in gained)
    print(f"by a quote or by the model, where the template or bare titles stood: {helped} helped")
    if options.report:
        report(rows, options.report)
    if options.json:
        options.json.write_text(json.dumps({"unanswerable": first, "partial": rows}, indent=1))
    return 1 if first.get("invented") or verdicts["misled"] else 0


if __name__ == "__main__":
    sys.exit(main())
