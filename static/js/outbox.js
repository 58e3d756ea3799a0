// What was written and is not acknowledged yet. It survives a reload.
//
// One message at a time, always with the client id it was born with, so that sending twice
// (a retry, a second window) makes one message. Each message is a localStorage key of its own:
// two windows never overwrite each other's list. Event: "change".
import { keys, read, remove, write } from "storage";

const PATIENCE = 8_000;
const GIVE_UP_AFTER = 60; // seconds of trying
const RETRY_LATER = new Set(["too_many_messages", "restarting", "not_saved"]);

export class Outbox extends EventTarget {
  #prefix;
  #ready = false;
  #busy = false;
  #waits = new Map(); // client id -> seconds tried
  #answer = null; // what ends the attempt under way

  /** `name` tells outboxes apart; `send(frame)` is true if the frame went out. */
  constructor(name, send) {
    super();
    this.#prefix = `outbox:${encodeURIComponent(name)}:`;
    this.send = send;
    this.onStorage = (event) => event.key?.startsWith(this.#prefix) && this.#changed();
    window.addEventListener("storage", this.onStorage);
    this.clock = setInterval(() => this.#tick(), 1_000);
  }

  /** Lets go of timers and listeners; what is stored stays. */
  close() {
    this.pause();
    clearInterval(this.clock);
    window.removeEventListener("storage", this.onStorage);
  }

  /** [{client_id, frame, at, failed}], oldest first; failed is the reason or "". */
  get items() {
    const items = keys(this.#prefix).map(read).filter(Boolean);
    return items.sort((one, other) => one.at - other.at || one.order - other.order);
  }

  add(frame) {
    const item = { client_id: newId(), frame, at: Date.now(), order: nextOrder(), failed: "" };
    this.#put(item);
    this.#pump();
    return item.client_id;
  }

  again(clientId) {
    const item = read(this.#prefix + clientId);
    if (!item) return;
    this.#waits.delete(clientId);
    this.#put({ ...item, failed: "", at: Date.now() });
    this.#pump();
  }

  discard(clientId) {
    remove(this.#prefix + clientId);
    this.#waits.delete(clientId);
    this.#changed();
  }

  /** The server has it. */
  acknowledge(clientId) {
    if (!clientId || !read(this.#prefix + clientId)) return;
    this.discard(clientId);
    if (this.#answer?.clientId === clientId) this.#answer.resolve(0);
  }

  /** An error frame with the client id of one of ours; true if it was ours. */
  refuse({ client_id: clientId, code, detail, retry_after: retryAfter }) {
    const item = clientId && read(this.#prefix + clientId);
    if (!item) return false;
    if (!RETRY_LATER.has(code)) this.#fail(item, detail || code);
    else this.#waits.clear(); // there is a connection: patience with it begins anew
    const wait = RETRY_LATER.has(code) ? (retryAfter ?? 3) * 1_000 : 0;
    if (this.#answer?.clientId === clientId) this.#answer.resolve(wait);
    return true;
  }

  /** The connection is there and has caught up. */
  resume() {
    this.#ready = true;
    this.#pump();
  }

  pause() {
    this.#ready = false;
    this.#answer?.resolve(0);
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#ready && this.#next()) await this.#alone(() => this.#attempt(this.#next()));
    this.#busy = false;
  }

  #next() {
    return this.items.find((item) => !item.failed);
  }

  /** Of several windows one sends; without Web Locks all do, and the client id makes it one. */
  #alone(work) {
    return navigator.locks ? navigator.locks.request(this.#prefix, work) : work();
  }

  /** Sends once and waits for an answer, the end of the connection or the end of patience. */
  async #attempt(item) {
    if (!item || !this.#ready) return;
    const wait = await new Promise((resolve) => {
      this.#answer = { clientId: item.client_id, resolve };
      setTimeout(resolve, PATIENCE, 0);
      if (!this.send({ ...item.frame, client_id: item.client_id })) this.pause();
    });
    this.#answer = null;
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  #tick() {
    for (const item of this.items.filter((one) => !one.failed)) {
      const seconds = (this.#waits.get(item.client_id) ?? 0) + 1;
      this.#waits.set(item.client_id, seconds);
      if (seconds > GIVE_UP_AFTER) this.#fail(item, "");
    }
  }

  #fail(item, reason) {
    this.#put({ ...item, failed: reason || "No connection" });
    if (this.#answer?.clientId === item.client_id) this.#answer.resolve(0);
  }

  #put(item) {
    write(this.#prefix + item.client_id, item);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

let order = 0;

function nextOrder() {
  return (order += 1);
}

/** randomUUID exists only on secure pages; the desk may be reached over plain http. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
