// The customer's thumbs: shown at once, sent as soon as there is a connection, until it is said.

export class Ratings {
  #wanted = new Map(); // seq -> "up" or "down", not confirmed yet

  /** `thread` is a <chat-thread>; `send(frame)` is true if the frame went out. */
  constructor(thread, send) {
    this.thread = thread;
    this.send = send;
    thread.addEventListener("rate", (event) => this.#rate(event.detail));
  }

  /** All that is known, from a history; what was clicked meanwhile goes again. */
  history(known) {
    this.take(known);
    for (const [seq, value] of this.#wanted) this.#say(seq, value);
  }

  take(known) {
    for (const seq of Object.keys(known)) {
      if (this.#wanted.get(Number(seq)) === known[seq]) this.#wanted.delete(Number(seq));
    }
    this.thread.ratings = { ...known, ...Object.fromEntries(this.#wanted) };
  }

  /** An error that is about a thumb: it is taken back. */
  refuse(frame) {
    const seq = Number(/^rate-(\d+)$/.exec(frame.id ?? "")?.[1]);
    if (this.#wanted.delete(seq)) this.thread.ratings = { [seq]: "" };
  }

  #rate({ seq, value }) {
    this.#wanted.set(seq, value);
    this.thread.ratings = { [seq]: value };
    this.#say(seq, value);
  }

  #say(seq, value) {
    this.send({ type: "rate", seq, value, id: `rate-${seq}` });
  }
}
