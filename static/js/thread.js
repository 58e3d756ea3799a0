// The receiver's rule: what comes over the socket in any order becomes one gapless thread.
//
// `view` shows it: reset(), add(message), addEarlier(messages), confirm(message), earlier (bool).
// `ask(frame)` sends a question to the server.

const ASK_AGAIN_AFTER = 5_000;

export class Thread {
  last = 0; // every entry up to here is shown or is none of ours
  first = null; // seq of the oldest message shown
  #highest = 0; // the newest entry heard of
  #asked = 0; // when catch_up went out

  constructor(view, ask) {
    this.view = view;
    this.ask = ask;
  }

  /** Takes one frame; true if it was one of the thread's. */
  take(frame) {
    const handler = HANDLERS[frame.type];
    if (handler) this[handler](frame);
    return Boolean(handler);
  }

  askForEarlier() {
    if (this.first !== null) this.ask({ type: "earlier", before: this.first });
  }

  history(frame) {
    this.#asked = 0;
    if (frame.after === undefined || frame.after > this.last) this.#startAnew(frame);
    this.#show(frame.messages, frame.through);
  }

  messages(frame) {
    this.#asked = 0;
    if (frame.after > this.last) return this.#notice(frame.through);
    this.#show(frame.messages, frame.through);
    this.#catchUpIfBehind();
  }

  message(frame) {
    const message = asMessage(frame);
    if (message.seq <= this.last) this.view.confirm(message);
    else if (message.seq === this.last + 1) this.#show([message], message.seq);
    else this.#notice(message.seq);
  }

  through(frame) {
    if (frame.through === this.last + 1) this.last = frame.through;
    else if (frame.through > this.last) this.#notice(frame.through);
  }

  earlier(frame) {
    if (frame.before !== this.first) return;
    const messages = frame.messages.map(asMessage);
    if (messages.length) this.first = messages[0].seq;
    this.view.earlier = frame.earlier;
    this.view.addEarlier(messages);
  }

  #startAnew(frame) {
    this.last = 0;
    this.first = null;
    this.#highest = frame.through;
    this.view.reset();
    this.view.earlier = frame.earlier;
  }

  #show(messages, through) {
    for (const message of messages.map(asMessage)) {
      if (message.seq <= this.last) this.view.confirm(message);
      else this.#append(message);
    }
    this.last = Math.max(this.last, through);
  }

  #append(message) {
    this.first ??= message.seq;
    this.last = message.seq;
    this.view.add(message);
  }

  #notice(seq) {
    this.#highest = Math.max(this.#highest, seq);
    this.#catchUpIfBehind();
  }

  /** One question at a time; a lost one is asked again by the next frame after a while. */
  #catchUpIfBehind() {
    const waiting = Date.now() - this.#asked < ASK_AGAIN_AFTER;
    if (this.#highest <= this.last || waiting) return;
    this.#asked = Date.now();
    this.ask({ type: "catch_up", after: this.last });
  }
}

const HANDLERS = {
  history: "history",
  messages: "messages",
  message: "message",
  through: "through",
  earlier: "earlier",
};

/** Live frames carry the text as "message", all others as "content". */
function asMessage(frame) {
  return { ...frame, content: frame.content ?? frame.message ?? "" };
}
