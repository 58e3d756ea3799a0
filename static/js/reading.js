// Read marks: a message is read when it is on screen and its window has the focus.
import { isLookingAway } from "title";

const AFTER = 250; // milliseconds, so that a scroll makes one mark

export class Reading {
  #marked = 0;
  #timer = null;

  /** `element` is the <chat-thread>; `send` takes {type: "read", through}, false if it did not go. */
  constructor(element, send) {
    this.element = element;
    this.send = send;
    element.addEventListener("seen", () => this.look());
    window.addEventListener("focus", () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Another thread, or the same anew: what is marked so far. */
  startFrom(seq) {
    this.#marked = seq;
    this.look();
  }

  look() {
    this.#timer ??= setTimeout(() => this.#mark(), AFTER);
  }

  #mark() {
    this.#timer = null;
    if (isLookingAway()) return;
    const through = this.element.seen;
    if (through <= this.#marked) return;
    if (this.send({ type: "read", through })) this.#marked = through;
  }
}
