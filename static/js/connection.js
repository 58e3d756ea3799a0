// One WebSocket that comes back by itself.
//
// Events: "open"; "frame" (detail: the object); "down" (detail: close code), it will try again;
// "ended" (detail: close code), it will not until retry().

export const ENDED = new Set([4001, 4003, 4008]);
const PING_EVERY = 25_000;
const PATIENCE = 10_000;
const LONGEST_WAIT = 30_000;

export class Connection extends EventTarget {
  #socket = null;
  #attempts = 0;
  #timer = null;
  #heard = 0;
  #asked = 0;

  /** `address` returns the URL to connect to, anew for each attempt. */
  constructor(address) {
    super();
    this.address = address;
  }

  start() {
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#check());
    setInterval(() => this.#check(), 5_000);
    this.#connect();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Sends one frame; false if there is no connection. */
  send(frame) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Tries now instead of after the wait. */
  retry() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(this.address());
    this.#socket = socket;
    this.#heard = Date.now();
    this.#asked = 0;
    socket.onopen = () => this.dispatchEvent(new CustomEvent("open"));
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
  }

  #receive(data) {
    this.#heard = Date.now();
    this.#asked = 0;
    this.#attempts = 0;
    this.dispatchEvent(new CustomEvent("frame", { detail: JSON.parse(data) }));
  }

  #lost(code) {
    this.#socket = null;
    const type = ENDED.has(code) ? "ended" : "down";
    if (type === "down") this.#timer = setTimeout(() => this.#connect(), this.#wait(code));
    this.dispatchEvent(new CustomEvent(type, { detail: code }));
  }

  /** Milliseconds to the next attempt, with jitter: after a restart everybody comes at once. */
  #wait(code) {
    const longest = Math.min(LONGEST_WAIT, 500 * 2 ** this.#attempts++);
    return (code === 1012 ? 1_500 : 250) * Math.random() + longest * (0.5 + Math.random() / 2);
  }

  /** Asks for a sign of life after a silence, and gives a silent socket up. */
  #check() {
    const now = Date.now();
    if (!this.#socket) return;
    if (this.#asked ? now - this.#asked > PATIENCE : this.#stuck(now)) return this.#abandon();
    const due = now - this.#heard > (document.hidden ? PING_EVERY : PING_EVERY / 2);
    if (!this.#asked && due && this.send({ type: "ping" })) this.#asked = now;
  }

  #stuck(now) {
    return !this.isOpen && now - this.#heard > PATIENCE;
  }

  /** A half-dead socket may take a minute to close: it is let go at once. */
  #abandon() {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(4000, "no answer");
    this.#lost(4000);
  }
}
