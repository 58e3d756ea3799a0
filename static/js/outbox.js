// What was written and is not acknowledged yet. It survives a reload.
//
// One message at a time, always with the client id it was born with, so that sending twice
// (a retry, a second window) makes one message. Each message is a localStorage key of its own:
// two windows never overwrite each other's list. A message's pictures are uploaded first; what
// has been uploaded is not uploaded again.
// Events: "change", "progress" (detail: {clientId, share}).
import { forget, keep, kept } from "picture-store";
import { keys, read, remove, write } from "storage";
import { upload } from "upload";

const PATIENCE = 8_000;
const GIVE_UP_AFTER = 60; // seconds of trying
const GONE = "no_such_image"; // an upload that waited too long for its message
const RETRY_LATER = new Set(["too_many_messages", "restarting", "not_saved"]);

export class Outbox extends EventTarget {
  #prefix;
  #ready = false;
  #busy = false;
  #waits = new Map(); // client id -> seconds tried
  #answer = null; // what ends the attempt under way
  #delivered = new Map(); // client id -> item that another window delivered, and the log here lacks
  #heard = new Set(); // client ids that this window's own connection has acknowledged

  #uploading = null; // {clientId, abort}

  /**
   * `name` tells outboxes apart; `send(frame)` is true if the frame went out; `addressOf(frame)` is
   * where its pictures go.
   */
  constructor(name, send, addressOf) {
    super();
    this.#prefix = `outbox:${encodeURIComponent(name)}:`;
    this.send = send;
    this.addressOf = addressOf;
    this.onStorage = (event) => event.key?.startsWith(this.#prefix) && this.#changedElsewhere(event);
    window.addEventListener("storage", this.onStorage);
    this.clock = setInterval(() => this.#tick(), 1_000);
  }

  /** Lets go of timers and listeners; what is stored stays. */
  close() {
    this.pause();
    clearInterval(this.clock);
    window.removeEventListener("storage", this.onStorage);
  }

  /**
   * [{client_id, frame, at, failed, pictures}], oldest first; failed is the reason or "".
   * With what another window has delivered, until the log brings it here as well.
   */
  get items() {
    const stored = this.#stored;
    const known = new Set(stored.map((item) => item.client_id));
    const delivered = [...this.#delivered.values()].filter((item) => !known.has(item.client_id));
    return [...stored, ...delivered].sort(byAge);
  }

  /** The items that are still to be sent, or have failed. */
  get #stored() {
    return keys(this.#prefix).map(read).filter(Boolean).sort(byAge);
  }

  /** `pictures` are [{blob, preview, width, height}]. */
  add(frame, pictures = []) {
    const stored = pictures.map(({ blob, ...seen }) => {
      const id = newId();
      keep(id, blob);
      return { id, ...seen, uploaded: "" };
    });
    const item = { client_id: newId(), frame, at: Date.now(), order: nextOrder(), failed: "", pictures: stored };
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
    for (const { id } of read(this.#prefix + clientId)?.pictures ?? []) forget(id);
    if (this.#uploading?.clientId === clientId) this.#uploading.abort();
    remove(this.#prefix + clientId);
    this.#waits.delete(clientId);
    this.#delivered.delete(clientId);
    this.#changed();
  }

  /** Whether it is this window that is sending it. */
  isSending(clientId) {
    return this.#answer?.clientId === clientId;
  }

  /** The server has it. Another window may have heard so first, and have taken it out. */
  acknowledge(clientId) {
    if (!clientId) return;
    this.#heard.add(clientId);
    if (this.#delivered.has(clientId) || read(this.#prefix + clientId)) this.discard(clientId);
    this.#answered(clientId);
  }

  /**
   * The log of the items whose frame `concerns` is here up to its end: what another window has
   * delivered of them is in it, or is older than what a page shows at first.
   */
  caughtUp(concerns = () => true) {
    const items = [...this.#delivered.values()].filter((item) => concerns(item.frame));
    for (const item of items) this.#delivered.delete(item.client_id);
    if (items.length) this.#changed();
  }

  /** An error frame with the client id of one of ours; true if it was ours. */
  refuse({ client_id: clientId, code, detail, retry_after: retryAfter }) {
    const item = clientId && read(this.#prefix + clientId);
    if (!item) return this.#answered(clientId), false;
    if (code === GONE) this.#fail({ ...item, pictures: item.pictures.map(notUploaded) }, detail);
    else if (!RETRY_LATER.has(code)) this.#fail(item, detail || code);
    else this.#waits.clear(); // there is a connection: patience with it begins anew
    const wait = RETRY_LATER.has(code) ? (retryAfter ?? 3) * 1_000 : 0;
    this.#answered(clientId, wait);
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
    try {
      while (this.#ready && this.#next()) await this.#alone(() => this.#attempt(this.#next()));
    } finally {
      this.#busy = false; // whatever went wrong, the next connection tries again
    }
  }

  #next() {
    return this.#stored.find((item) => !item.failed);
  }

  /** Of several windows one sends; without Web Locks all do, and the client id makes it one. */
  #alone(work) {
    return navigator.locks ? navigator.locks.request(this.#prefix, work) : work();
  }

  /** Sends once and waits for an answer, the end of the connection or the end of patience. */
  async #attempt(first) {
    const item = first?.pictures?.length ? await this.#withUploads(first) : first;
    if (!item || !this.#ready) return;
    const wait = await new Promise((resolve) => {
      this.#answer = { clientId: item.client_id, resolve };
      setTimeout(resolve, PATIENCE, 0);
      if (!this.send({ ...frameOf(item), client_id: item.client_id })) this.pause();
    });
    this.#answer = null;
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  /** The item once all its pictures are uploaded; null where it cannot go out now. */
  async #withUploads(item) {
    for (const [index, picture] of item.pictures.entries()) {
      if (picture.uploaded) continue;
      const blob = await kept(picture.id);
      if (!blob) return this.#fail(item, "The picture is gone. Attach it again"), null;
      const said = await this.#upload(item, blob, index);
      const there = read(this.#prefix + item.client_id);
      if (!there) return null; // taken out of the outbox meanwhile
      if (said.reason) return this.#fail(item, said.reason), null;
      if (said.retryAfter) {
        await new Promise((resolve) => setTimeout(resolve, said.retryAfter * 1_000));
        return null;
      }
      picture.uploaded = said.id;
      this.#waits.delete(item.client_id);
      this.#put({ ...there, pictures: item.pictures });
      if (there.failed) return null; // patience ended meanwhile; "send again" goes on from here
    }
    return item;
  }

  async #upload(item, blob, index) {
    const clientId = item.client_id;
    const under = upload(this.addressOf(item.frame), blob, (share) => {
      this.#waits.delete(clientId); // it goes on: patience begins anew
      const detail = { clientId, share: (index + share) / item.pictures.length };
      this.dispatchEvent(new CustomEvent("progress", { detail }));
    });
    this.#uploading = { clientId, abort: under.abort };
    const said = await under.done;
    this.#uploading = null;
    return said;
  }

  #tick() {
    for (const item of this.#stored.filter((one) => !one.failed)) {
      const seconds = (this.#waits.get(item.client_id) ?? 0) + 1;
      this.#waits.set(item.client_id, seconds);
      if (seconds > GIVE_UP_AFTER) this.#fail(item, "");
    }
    this.#pump(); // what another window had in hand when it was closed
  }

  #fail(item, reason) {
    this.#put({ ...item, failed: reason || "No connection" });
    this.#answered(item.client_id);
  }

  /** Ends the attempt under way, if it is this message's; the next begins after `wait` ms. */
  #answered(clientId, wait = 0) {
    if (clientId && this.#answer?.clientId === clientId) this.#answer.resolve(wait);
  }

  #put(item) {
    write(this.#prefix + item.client_id, item);
    this.#changed();
  }

  /** What another window takes out was delivered, or had failed and was removed by hand. */
  #changedElsewhere({ oldValue, newValue }) {
    const item = newValue === null ? JSON.parse(oldValue) : null;
    const isDelivered = item && !item.failed;
    if (isDelivered && !this.#heard.has(item.client_id)) this.#delivered.set(item.client_id, item);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

function frameOf({ frame, pictures }) {
  return pictures?.length ? { ...frame, attachments: pictures.map((one) => one.uploaded) } : frame;
}

function byAge(one, other) {
  return one.at - other.at || one.order - other.order;
}

function notUploaded(picture) {
  return { ...picture, uploaded: "" };
}

/** A message's attachments, as they look before the server has them. */
export function previews({ pictures }) {
  return pictures?.map(({ preview, width, height }) => ({
    thumbnail: preview,
    thumbnail_width: width,
    thumbnail_height: height,
  }));
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
