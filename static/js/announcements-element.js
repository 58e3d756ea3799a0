// <desk-announcements>: what is announced to whoever is here, as banners, each once.
//
// What is meant for the thread goes there, where the page has one. The server is told what came,
// what was visible on the screen and what was put away; the first two after a random moment, because
// thousands of pages that got the same announcement would all say so in the same one.
import { cloneElement, part, words } from "template";
import { textNodes } from "message-text";

const STATES = { "": 0, reached: 1, seen: 2, dismissed: 3 };
const LEAST_WAIT = 250; // ms
const WAIT_RANGE = 1000;
const LONGEST_TIMER = 2 ** 31 - 1;

class DeskAnnouncements extends HTMLElement {
  #shown = new Map(); // id -> {announcement, element, timer}
  #told = new Map(); // id -> how far the server knows, as in STATES
  #untold = new Map(); // id -> the state to be told when the moment has passed
  #waiting = null; // the timer of that moment
  #onScreen = new Set(); // ids
  #observer = null;
  #connection = null;
  #thread = null;

  /** `thread` is a <chat-thread>, or null where all are banners. */
  watch(connection, thread = null) {
    this.#connection = connection;
    this.#thread = thread;
    this.#observer = new IntersectionObserver((entries) => this.#looked(entries), { threshold: 0.5 });
    connection.addEventListener("frame", ({ detail }) => this.#take(detail));
    document.addEventListener("visibilitychange", () => this.#tellSeen());
    addEventListener("pagehide", () => this.#tellWaiting());
  }

  #take(frame) {
    if (frame.type === "announcement") this.#heard(frame.announcement);
    // Whatever a connection begins with: a thread's history, an agent's lists.
    else if (frame.announcements && frame.type !== "announcement_list") this.#all(frame.announcements);
  }

  /** All that is still valid for this reader: what is not among them has ended meanwhile. */
  #all(announcements) {
    const valid = new Set(announcements.map((one) => one.id));
    for (const id of [...this.#shown.keys()]) if (!valid.has(id)) this.#drop(id);
    for (const one of announcements) {
      this.#told.set(one.id, STATES[one.state ?? ""]);
      this.#one(one);
    }
    for (const id of this.#shown.keys()) this.#tellLater(id, "reached");
    this.#tellSeen();
  }

  /** One that comes by itself; of one announced before, the server may know less than the page. */
  #heard(announcement) {
    const { id, state } = announcement;
    if (state) this.#told.set(id, Math.max(this.#told.get(id) ?? 0, STATES[state]));
    this.#one(announcement);
  }

  #one(announcement) {
    const { id, revision, withdrawn } = announcement;
    if (withdrawn) return this.#drop(id);
    if (this.#told.get(id) === STATES.dismissed) return;
    const known = this.#shown.get(id);
    const inThread = announcement.form === "message" && this.#thread;
    // A thread that began anew has lost what stood in it.
    if (known && known.announcement.revision >= revision && known.element.isConnected) return;
    this.#drop(id);
    const element = inThread ? this.#inThread(announcement) : this.#banner(announcement);
    const shown = { announcement, element, timer: this.#untilExpiry(announcement) };
    this.#shown.set(id, shown);
    element.dataset.announcement = id;
    this.#observer.observe(element);
    this.#tellLater(id, "reached");
  }

  #banner(announcement) {
    const element = cloneElement("announcement-template");
    part(element, "from").textContent = announcement.from;
    part(element, "text").replaceChildren(...textNodes(announcement.text));
    part(element, "dismiss").addEventListener("click", () => this.#dismiss(announcement.id));
    this.append(element);
    return element;
  }

  #inThread({ id, text, from, timestamp }) {
    return this.#thread.notice({ id, sender: "announcement", name: from, content: text, timestamp });
  }

  #dismiss(id) {
    this.#tell(id, "dismissed");
    this.#drop(id);
  }

  #drop(id) {
    const shown = this.#shown.get(id);
    if (!shown) return;
    clearTimeout(shown.timer);
    this.#observer.unobserve(shown.element);
    this.#onScreen.delete(id);
    shown.element.remove();
    this.#shown.delete(id);
  }

  #untilExpiry({ id, expires_at: expiresAt }) {
    if (!expiresAt) return null;
    const left = new Date(expiresAt) - Date.now();
    return setTimeout(() => this.#drop(id), Math.min(Math.max(left, 0), LONGEST_TIMER));
  }

  #looked(entries) {
    for (const { target, isIntersecting } of entries) {
      const id = target.dataset.announcement;
      if (isIntersecting) this.#onScreen.add(id);
      else this.#onScreen.delete(id);
    }
    this.#tellSeen();
  }

  #tellSeen() {
    if (document.visibilityState !== "visible") return;
    for (const id of this.#onScreen) this.#tellLater(id, "seen");
  }

  #tellLater(id, state) {
    if (STATES[this.#untold.get(id) ?? ""] < STATES[state]) this.#untold.set(id, state);
    this.#waiting ??= setTimeout(() => this.#tellWaiting(), LEAST_WAIT + Math.random() * WAIT_RANGE);
  }

  #tellWaiting() {
    clearTimeout(this.#waiting);
    this.#waiting = null;
    for (const [id, state] of this.#untold) this.#tell(id, state);
    this.#untold.clear();
  }

  /** Says it once; what got lost with a connection is said again after the next `history`. */
  #tell(id, state) {
    if ((this.#told.get(id) ?? 0) >= STATES[state]) return;
    if (this.#connection.send({ type: "receipt", announcement: id, state })) {
      this.#told.set(id, STATES[state]);
    }
  }
}

customElements.define("desk-announcements", DeskAnnouncements);
