// <chat-thread viewer="customer|agent">: the view of a Thread, and of what is still in the outbox.
//
// Events: "earlier" (asks for older ones), "seen" (detail: seq up to which messages are on screen),
// "stop" (the bot is to write no further), and those of <chat-message>.
import "message-element";
import { clone, part } from "template";
import { Typists } from "typing";

const NEAR = 96; // pixels from the end that still count as being there

class ChatThread extends HTMLElement {
  #shown = new Map(); // client id -> element in the log
  #pending = new Map(); // client id -> element below it
  #ratings = new Map(); // seq -> "up" or "down"
  #notices = new Map(); // announcement's id -> element in the log
  #typists = new Typists((words, sender) => this.#showTyping(words, sender));
  #unread = 0;
  #readUpTo = 0;
  #stream = null; // the element of the message that the bot is writing

  connectedCallback() {
    if (this.hasChildNodes()) return;
    this.append(clone("thread-template"));
    this.log = part(this, "log");
    this.messages = part(this, "messages");
    this.waiting = part(this, "pending");
    this.viewer = this.getAttribute("viewer");
    part(this, "earlier").addEventListener("click", () => this.#askEarlier());
    part(this, "new").addEventListener("click", () => this.toEnd());
    part(this, "stop").addEventListener("click", () => this.#tellStop());
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const grown = new ResizeObserver(() => this.#stick && this.toEnd());
    for (const element of [this.log, ...this.log.children]) grown.observe(element);
  }

  // What a Thread calls.

  reset() {
    this.#beQuiet();
    this.messages.replaceChildren();
    this.#stream?.remove();
    this.#stream = null;
    this.#shown.clear();
    this.#ratings.clear();
    this.#notices.clear();
    this.#unread = 0;
    this.#readUpTo = 0;
    this.#stick = true;
    this.stopTyping();
    this.#countNew();
  }

  add(message) {
    const wasPending = this.#pending.get(message.client_id);
    const stay = !this.#stick && !wasPending;
    const element = wasPending ?? this.#streamOf(message) ?? document.createElement("chat-message");
    if (message.sender !== "customer") this.#interrupt();
    this.#pending.delete(message.client_id);
    this.messages.append(element.show(message, this.viewer));
    element.settle(element.previousElementSibling);
    this.#settlePending();
    this.#register(element);
    this.stopTyping(...(message.sender === "customer" ? ["customer"] : ["bot", "agent"]));
    if (stay) this.#unread += 1;
    else this.toEnd();
    this.#countNew();
  }

  addEarlier(messages) {
    this.#beQuiet();
    const below = this.messages.firstElementChild;
    const height = this.log.scrollHeight - this.log.scrollTop;
    const elements = messages.map((one) => document.createElement("chat-message").show(one, this.viewer));
    this.messages.prepend(...elements);
    for (const element of [...elements, below]) element?.settle(element.previousElementSibling);
    elements.forEach((element) => this.#register(element));
    this.log.scrollTop = this.log.scrollHeight - height;
  }

  /** Known already: what still looks pending is not. */
  confirm(message) {
    this.#pending.get(message.client_id)?.remove();
    this.#pending.delete(message.client_id);
  }

  set earlier(more) {
    part(this, "earlier").parentElement.hidden = !more;
    this.dataset.complete = more ? "" : "yes";
  }

  // What the page calls.

  get isEmpty() {
    return this.messages.childElementCount === this.#noticesShown && !this.#pending.size;
  }

  /** An announcement, at its time among the messages; it has no seq and is none of the log's. */
  notice(message) {
    this.#notices.get(message.id)?.remove();
    const element = document.createElement("chat-message").show(message, this.viewer);
    this.#notices.set(message.id, element);
    let before = this.messages.lastElementChild;
    while (before && before.message.timestamp > message.timestamp) before = before.previousElementSibling;
    if (before) before.after(element);
    else this.messages.prepend(element);
    element.settle(element.previousElementSibling);
    element.nextElementSibling?.settle(element);
    if (this.#stick) this.toEnd();
    return element;
  }

  /** The outbox's items: each stands at the end until its echo takes its place. */
  showPending(items, asMessage) {
    const kept = new Set(items.map((item) => item.client_id));
    for (const [clientId, element] of this.#pending) {
      if (kept.has(clientId)) continue;
      element.remove();
      this.#pending.delete(clientId);
    }
    for (const item of items) {
      if (!this.#shown.has(item.client_id)) this.#showItem(item, asMessage(item));
    }
  }

  /** How far the upload of an unsent message's pictures is, 0 to 1. */
  showProgress(clientId, share) {
    this.#pending.get(clientId)?.progress(share);
  }

  /** The others have read up to here. */
  set readByOthers(seq) {
    this.#readUpTo = Math.max(this.#readUpTo, seq);
    for (const element of this.#shown.values()) this.#markState(element);
  }

  /** {seq: "up" or "down"}: what the customer thinks of the bot's answers, as far as it is new. */
  set ratings(known) {
    for (const [seq, value] of Object.entries(known)) this.#ratings.set(Number(seq), value);
    for (const element of this.messages.children) this.#markRating(element);
  }

  /** Takes a typing frame: somebody on another side is writing, or has stopped. */
  showTyping(frame) {
    this.#typists.take(frame);
  }

  /** These senders ("bot", "agent", "customer") have stopped; without any, all. */
  stopTyping(...senders) {
    this.#typists.stop(...senders);
  }

  /** What the bot has written so far: one element, in whose place the message comes. */
  stream({ client_id: clientId, content, sender, interrupted }) {
    if (this.#shown.has(clientId)) return;
    if (this.#stream?.dataset.clientId !== clientId) this.#startStream();
    const timestamp = this.#stream.message?.timestamp ?? new Date().toISOString();
    this.#stream.show({ sender, content, client_id: clientId, generated: true, timestamp }, this.viewer);
    this.#stream.settle(this.#stream.previousElementSibling ?? this.messages.lastElementChild);
    this.#stream.mark("writing");
    this.showTyping({ sender: "bot", on: !interrupted });
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.#stick = true;
    this.#unread = 0;
    this.#countNew();
    this.#tellSeen();
  }

  /** The newest seq on screen that the reader's own side did not write, 0 for none. */
  get seen() {
    const bottom = this.log.getBoundingClientRect().bottom - 16;
    const isSeen = (element) => element.dataset.seq && !element.own && element.getBoundingClientRect().top < bottom;
    let element = this.messages.lastElementChild;
    while (element && !isSeen(element)) element = element.previousElementSibling;
    return Number(element?.dataset.seq ?? 0);
  }

  #stick = true;

  /** Dots and who it is, for the bot until its first word; the way to stop it until its last. */
  #showTyping(words, sender) {
    if (!this.#typists.has("bot")) this.#interrupt();
    const isRead = sender === "bot" && this.#stream?.dataset.state === "writing";
    part(this, "typing").hidden = !words || isRead;
    part(this, "typing-words").textContent = words;
    part(this, "stop").hidden = !this.#typists.has("bot") || this.viewer !== "customer";
    part(this, "stop").disabled = false;
    if (words && this.#stick) this.toEnd();
  }

  #tellStop() {
    part(this, "stop").disabled = true;
    this.dispatchEvent(new CustomEvent("stop"));
  }

  #startStream() {
    this.#interrupt();
    this.#stream = document.createElement("chat-message");
    part(this, "stream").append(this.#stream);
  }

  /** Nothing more is written there: what was read stays, and says so. Its message may yet come. */
  #interrupt() {
    if (this.#stream?.dataset.state !== "writing") return;
    this.#stream.mark("interrupted");
    if (this.#stream.parentElement !== this.messages) this.messages.append(this.#stream);
  }

  /** The element in which this message was written. */
  #streamOf(message) {
    const element = this.#stream;
    if (!message.client_id || element?.dataset.clientId !== message.client_id) return null;
    this.#stream = null;
    element.mark("");
    return element;
  }

  get #noticesShown() {
    return [...this.#notices.values()].filter((element) => element.isConnected).length;
  }

  #showItem(item, message) {
    const known = this.#pending.get(item.client_id);
    const element = known ?? document.createElement("chat-message").show(message, this.viewer);
    if (!known) {
      this.#pending.set(item.client_id, element);
      this.waiting.append(element);
      this.#settlePending();
    }
    element.mark(item.failed ? "failed" : "pending", item.failed);
    this.#answerSuggestions(message);
    if (!known) this.toEnd();
  }

  #register(element) {
    const { message } = element;
    if (message.client_id) this.#shown.set(message.client_id, element);
    this.#markState(element);
    this.#markRating(element);
    if (message.sender === "customer") this.#answerSuggestions(message, element);
    else if (element.nextElementSibling && message.suggestions) element.answer();
  }

  #markRating(element) {
    const value = this.#ratings.get(element.message.seq);
    if (value !== undefined) element.rated(value);
  }

  #markState(element) {
    const { own, message } = element;
    const isWritten = message.sender === "customer" || message.sender === "agent";
    if (own && isWritten && !message.note) element.mark(message.seq <= this.#readUpTo ? "read" : "sent");
  }

  /** Whatever the customer says next answers "did you mean". */
  #answerSuggestions(message, element = null) {
    let asked = element ? element.previousElementSibling : this.messages.lastElementChild;
    while (asked && asked.message.sender !== "customer") {
      if (asked.message.suggestions) asked.answer(message.choice);
      asked = asked.previousElementSibling;
    }
  }

  /** What is old is not read out as if it just came. */
  #beQuiet() {
    this.log.setAttribute("aria-live", "off");
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  #settlePending() {
    let previous = this.messages.lastElementChild;
    previous?.removeAttribute("data-continued");
    for (const element of this.waiting.children) {
      element.settle(previous);
      previous = element;
    }
    previous?.removeAttribute("data-continued");
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    this.#stick = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#stick) this.#unread = 0;
    if (scrollTop < 8 && scrollHeight > clientHeight) this.#askEarlier();
    this.#countNew();
    this.#tellSeen();
  }

  #askEarlier() {
    if (!part(this, "earlier").parentElement.hidden) this.dispatchEvent(new CustomEvent("earlier"));
  }

  #countNew() {
    const button = part(this, "new");
    button.hidden = this.#unread === 0;
    part(this, "new-count").textContent = `${this.#unread} new`;
  }

  #tellSeen() {
    this.dispatchEvent(new CustomEvent("seen", { detail: this.seen }));
  }
}

customElements.define("chat-thread", ChatThread);
