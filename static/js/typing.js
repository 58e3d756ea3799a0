// Who is writing: told to the other side now and then, and shown while it is told.

const AGAIN = 3_000; // milliseconds until it is said again
const SHOWN = 6_000; // and for which it is believed
const BOTS = 30_000; // the bot says when it has stopped

/** Tells the other side; `send` takes {type: "typing", on}. */
export class Telling {
  #told = -Infinity;

  constructor(send) {
    this.send = send;
  }

  /** Something was typed or deleted; `on`: there is something to be sent. */
  typed(on) {
    const now = Date.now();
    if (on ? now - this.#told < AGAIN : this.#told === -Infinity) return;
    this.send({ type: "typing", on });
    this.#told = on ? now : -Infinity;
  }

  /** It went out as a message, which says so itself. */
  sent() {
    this.#told = -Infinity;
  }
}

/** Who is writing just now; `show` gets the words and the sender of the last, "" for nobody. */
export class Typists {
  #writing = new Map(); // sender -> {words, timer}

  constructor(show) {
    this.show = show;
  }

  /** Takes a typing frame. */
  take({ sender, name, on }) {
    this.#forget(sender);
    if (on) {
      const timer = setTimeout(() => this.stop(sender), sender === "bot" ? BOTS : SHOWN);
      this.#writing.set(sender, { words: `${name || NAMES[sender]} is writing`, timer });
    }
    this.#tell();
  }

  has(sender) {
    return this.#writing.has(sender);
  }

  /** These have stopped; without any, all. */
  stop(...senders) {
    for (const sender of senders.length ? senders : [...this.#writing.keys()]) this.#forget(sender);
    this.#tell();
  }

  #forget(sender) {
    clearTimeout(this.#writing.get(sender)?.timer);
    this.#writing.delete(sender);
  }

  #tell() {
    const [sender, { words }] = [...this.#writing].at(-1) ?? ["", { words: "" }];
    this.show(words, sender);
  }
}

const NAMES = { bot: "The bot", agent: "A person", customer: "The customer" };
