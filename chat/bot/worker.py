"""The bot's worker: threads off the event loop.

The quick thread claims what is due and answers by rules and FAQ; what needs the language model
gets a thread of its own, so that one customer's slow answer delays nobody's quick one. The model
writes for all of them at once (chat.bot.language_models).
"""

import logging
import threading
from contextlib import suppress
from time import monotonic

from django.db import close_old_connections, connection

from chat import events, metrics
from chat.bot import claims, faq, pictures, turn, voice
from chat.bot.claims import Turn
from chat.bot.reply import Reply
from faq.search import Result

logger = logging.getLogger(__name__)

SWEEP = 1.0  # seconds between looks at the to-do list, for what a lost hint left
LOOK_AGAIN = 0.1  # seconds between looks at whether a turn in hand is still wanted
MOST_WAITING = 8  # turns for the model; with more the honest template is the better service
PATIENCE = 1.8  # seconds that stop() waits for its threads


class Worker:
    """Started once a process. `wake` may be called from any thread, the rest from one."""

    def __init__(self, lease: float = claims.LEASE) -> None:
        self.lease = lease
        self._hints: dict[int, None] = {}
        self._hinted = threading.Condition()
        self._stopping = threading.Event()
        self._in_hand: dict[int, Job] = {}
        self._swept = self._renewed = 0.0
        self._trouble = ""
        self._quick_thread = threading.Thread(target=self._quick, name="bot-quick", daemon=True)
        self._writers: set[threading.Thread] = set()

    def start(self) -> None:
        """Starts its thread. It and its like are the event loop's neighbours and never touch it."""
        self._quick_thread.start()

    def stop(self) -> None:
        """Ends within two seconds; what is in hand goes back to whoever claims it next."""
        self._stopping.set()
        with self._hinted:
            self._hinted.notify()
        end = monotonic() + PATIENCE
        self._quick_thread.join(PATIENCE)
        for thread in list(self._writers):
            thread.join(max(0.0, end - monotonic()))
        # A thread may still be there: loading the model cannot be interrupted. It ends with the
        # process, and what it would still say is refused once another worker has the turn.
        if self._in_hand:
            self._give_back()

    def wake(self, conversation_id: int) -> None:
        """Something happened in the conversation: it may be due, or its turn unwanted by now."""
        if job := self._in_hand.get(conversation_id):
            job.look_now = True
        with self._hinted:
            self._hints[conversation_id] = None
            self._hinted.notify()

    def stop_writing(self, conversation_id: int) -> None:
        """The customer wants no more of the reply that is being written, if it is here."""
        if job := self._in_hand.get(conversation_id):
            job.is_stopped = True

    # ── the quick thread ──
    def _quick(self) -> None:
        with suppress(Exception):  # what is wrong shows, and is told, at the first question
            faq.warm_up()
        while not self._stopping.is_set():
            try:
                self._one_round()
                self._trouble = ""
            except Exception as error:
                self._wait_out(error)
        connection.close()

    def _wait_out(self, error: Exception) -> None:
        """Most likely the database is away: the to-do list is still there afterwards."""
        kind = type(error).__name__
        if kind != self._trouble:
            logger.warning("the bot waits: %s", kind, exc_info=True)
        self._trouble = kind
        self._stopping.wait(SWEEP)

    def _one_round(self) -> None:
        hinted = self._next_hints()
        close_old_connections()
        try:
            self._renew_leases()
            for conversation_id in [*hinted, *self._overdue()]:
                self._answer(conversation_id)
                self._renew_leases()
        finally:
            close_old_connections()

    def _next_hints(self) -> list[int]:
        """The conversations hinted at; none when it is time to sweep."""
        with self._hinted:
            if not self._hints and not self._stopping.is_set():
                self._hinted.wait(max(0.0, self._next_duty() - monotonic()))
            hints, self._hints = list(self._hints), {}
            return hints

    def _next_duty(self) -> float:
        """When there is something to do without a hint: the next sweep or renewal."""
        renewal = self._renewed + self.lease / 3
        return min(self._swept + SWEEP, renewal) if self._in_hand else self._swept + SWEEP

    def _overdue(self) -> list[int]:
        if monotonic() < self._swept + SWEEP:
            return []
        self._swept = monotonic()
        return claims.due()

    def _answer(self, conversation_id: int) -> None:
        if self._stopping.is_set() or conversation_id in self._in_hand:
            return
        mine = claims.claim(conversation_id, self.lease)
        if mine is None:
            return
        try:
            if pictures.are_being_read(mine):
                # Nobody else waits for that: its end is a hint, and each sweep looks.
                show_typing(mine, True)
                claims.release(mine)
                return
            self._answer_claimed(mine)
        except Exception:
            # Not stored or not read: whoever sweeps next has it, without waiting for the lease.
            with suppress(Exception):
                claims.release(mine)
            raise

    def _answer_claimed(self, mine: Turn) -> None:
        found = turn.quick_reply(mine)
        if isinstance(found, Reply):
            say(mine, found)
        elif len(self._in_hand) >= MOST_WAITING:
            say(mine, turn.settle(mine, voice.honest_template("the model is busy")))
        else:
            self._in_hand[mine.conversation_id] = job = Job(mine, found, self._stopping)
            writer = threading.Thread(
                target=self._write, args=(job,), name="bot-model", daemon=True
            )
            # Whoever stops waits for them to their very end, so they do not leave by themselves.
            self._writers = {one for one in self._writers if one.is_alive()} | {writer}
            writer.start()

    def _renew_leases(self) -> None:
        if self._in_hand and monotonic() > self._renewed + self.lease / 3:
            self._renewed = monotonic()
            claims.renew([job.turn.token for job in list(self._in_hand.values())], self.lease)

    # ── a thread for each turn that needs the model ──
    def _write(self, job: "Job") -> None:
        try:
            job.work()
        except Exception:
            # Not stored or not read: the lease runs out, and the turn is done again.
            logger.warning("turn %d: not finished", job.turn.id, exc_info=True)
        finally:
            self._in_hand.pop(job.turn.conversation_id, None)
            connection.close()
        self.wake(job.turn.conversation_id)

    def _give_back(self) -> None:
        with suppress(Exception):  # the leases end by themselves
            for job in list(self._in_hand.values()):
                claims.release(job.turn)
        if not connection.in_atomic_block:
            connection.close()


class Job:
    """A turn in hand that needs the language model, and whether it is still wanted."""

    def __init__(self, mine: Turn, result: Result, stopping: threading.Event) -> None:
        self.turn = mine
        self.result = result
        self.look_now = False
        self._stopping = stopping
        self._looked = 0.0
        self.unwanted = ""
        self.is_stopped = False  # by the customer

    def work(self) -> None:
        """Writes, and says it; typing is shown meanwhile."""
        if self.stop() and not self.is_stopped:
            self.end_unsaid()
            return
        show_typing(self.turn, True)
        try:
            reply = turn.model_reply(self.turn, self.result, self.stop)
            if reply is None and self.is_stopped:
                reply = voice.stopped()
            if reply is None:
                self.end_unsaid()
            elif not say(self.turn, reply) and self.turn.shown:
                self.tell_that_no_message_comes()
        finally:
            show_typing(self.turn, False)

    def stop(self) -> bool:
        """Whether to write no more. Asks the database ten times a second, or after a hint."""
        if self.is_stopped or self.unwanted or self._stopping.is_set():
            return True
        if self.look_now or monotonic() > self._looked + LOOK_AGAIN:
            self.look_now, self._looked = False, monotonic()
            self.unwanted = claims.why_not(self.turn)
        return bool(self.unwanted)

    def tell_that_no_message_comes(self) -> None:
        """A person has the conversation: what was shown is left as it is, and marked."""
        shown = self.turn.shown
        events.stream(self.turn.conversation_id, self.turn.client_id, shown, interrupted=True)

    def end_unsaid(self) -> None:
        """Back to the to-do list when the worker stops, else over."""
        if self.unwanted:
            turn.drop(self.turn, self.unwanted)
            log(self.turn, f"dropped, {self.unwanted}")
        else:
            claims.release(self.turn)


def show_typing(mine: Turn, on: bool) -> None:
    """Customers do not see that a shadow assistant writes, and agents get all of it at once."""
    if not mine.assistant.is_shadow:
        events.typing(mine.conversation_id, on)


def say(mine: Turn, reply: Reply) -> bool:
    """Posts the reply, and notes in the log what kind it was and how long it took.

    False where the bot may not say it any more."""
    said = turn.post(mine, reply)
    metrics.count_band(reply.evidence)
    log(mine, str(reply.outcome.value) if said else "dropped")
    return said


def log(mine: Turn, what: str) -> None:
    """One line a turn: ids and durations, never what was said."""
    metrics.count_turn(what.partition(",")[0], mine.milliseconds)
    extra = {"turn": mine.id, "conversation": mine.conversation_id, "outcome": what}
    milliseconds = round(mine.milliseconds, 1)
    logger.info(
        "turn %d: %s in %.0f ms", mine.id, what, milliseconds, extra={**extra, "ms": milliseconds}
    )
