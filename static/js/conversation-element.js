// <agent-conversation>: the pane of one conversation: who has it, the thread, the composer.
//
// Events: "act" (detail: action name), "write" (detail: {text, pictures, note}), "ask" (detail: a frame
// without its conversation), and those of <chat-thread> bubble or are passed on by the dashboard.
import "answers-element";
import "composer-element";
import "thread-element";
import { actionButton, actionsOf } from "conversation-actions";
import { openDraft } from "draft";
import { clone, part } from "template";
import { Thread } from "thread";
import { howLong } from "times";
import { Telling } from "typing";

const TONES = { bot: "", waiting: "warn", mine: "accent", others: "good", resolved: "" };
const PRIVATE = { direct: "Between two devices", group: "In a group" };

class AgentConversation extends HTMLElement {
  #version = -1;
  #noting = false;
  #draft = 0; // the seq of the bot's draft that is being edited

  connectedCallback() {
    if (this.hasChildNodes()) return;
    this.append(clone("conversation-template"));
    this.element = part(this, "thread");
    this.composer = part(this, "composer");
    this.composer.addEventListener("write", (event) => this.#write(event.detail));
    this.composer.addEventListener("typing", (event) => this.#typed(event.detail));
    this.answers = part(this, "answers");
    this.answers.addEventListener("insert", (event) => this.composer.insert(event.detail));
    this.element.addEventListener("edit-draft", (event) => this.#editDraft(event.detail));
    this.element.addEventListener("earlier", () => this.thread?.askForEarlier());
    for (const mode of ["reply", "note"]) {
      part(this, mode).addEventListener("click", () => this.setNoting(mode === "note"));
    }
    setInterval(() => this.showStatus(), 10_000);
  }

  /** Shows another conversation ("" for none); its history comes with the next frames. */
  show(id, desk) {
    this.conversation = id;
    this.desk = desk;
    this.status = null;
    this.assistant = "";
    this.#draft = 0;
    this.#version = -1;
    this.hidden = !id;
    this.thread = new Thread(this.element, (frame) => this.#tell("ask", frame));
    this.telling = new Telling((frame) => this.#tell("ask", frame));
    this.element.reset();
    this.answers.clear();
    this.composer.draft = id ? `agent:${document.body.dataset.username}:${id}` : "";
    this.problem = "";
    const summary = desk.summary(id);
    part(this, "label").textContent = summary?.name || summary?.label || id;
    this.setNoting(false);
    this.showStatus();
  }

  /** Takes one frame of this conversation. */
  take(frame) {
    this.thread.take(frame);
    if (frame.type === "history") this.#opened(frame);
    if (frame.type === "answers") this.answers.show(frame);
    if (asksSomething(frame)) this.#askForAnswers();
    if (asksSomething(frame)) this.#askForSentiment();
    this.#noticeSwitch(frame);
    if (tellsOfCustomer(frame)) this.#tell("ask", { type: "customer" });
    if (frame.type === "customer") this.#name(frame.customer);
    if (frame.type === "status") this.#takeStatus(frame);
    if (frame.type === "read" && frame.who === "customer") this.element.readByOthers = frame.through;
    if (frame.type === "ratings") this.element.ratings = frame.ratings;
    if (frame.type === "typing") this.element.showTyping(frame);
    if (frame.type === "stream") this.element.stream(frame);
  }

  set problem(words) {
    part(this, "problem").textContent = words;
    if (!this.status) this.showStatus();
  }

  /** "waiting", "mine" …, "private" where the desk takes no part, "" before the history is here. */
  get section() {
    if (this.status && this.kind in PRIVATE) return "private";
    return this.status ? this.desk.sectionOf(this.status) : "";
  }

  setNoting(on) {
    this.#noting = on;
    part(this, "reply").setAttribute("aria-pressed", String(!on));
    part(this, "note").setAttribute("aria-pressed", String(on));
    this.toggleAttribute("data-noting", on);
    this.#showComposer();
  }

  /** Puts one of the nearest answers (0, 1, 2) into the reply. */
  insertAnswer(index) {
    if (this.#mayReply) this.answers.insert(index);
  }

  /** The seq of the bot's draft that nobody has sent or replied to, 0 for none. */
  get draft() {
    return openDraft(this.element);
  }

  focusComposer() {
    this.composer.focus();
  }

  showStatus() {
    const { section } = this;
    this.dataset.section = section;
    part(this, "dot").dataset.tone = TONES[section] ?? "";
    part(this, "state").textContent = this.#stateWords(section);
    part(this, "assistant").textContent = section === "private" ? "" : this.assistant;
    this.#showActions(section);
    this.#showComposer();
  }

  #opened(frame) {
    this.#version = -1;
    this.kind = frame.kind;
    this.assistant = frame.assistant?.name ?? "";
    this.status = null; // what was asked while there was no connection is asked for again
    this.label = frame.label || this.conversation;
    this.#name(frame.customer);
    this.element.readByOthers = frame.read?.customer ?? 0;
    this.element.ratings = frame.ratings ?? {};
    this.#takeStatus(frame.status);
    this.#askForSentiment();
  }

  #editDraft({ seq, text }) {
    this.setNoting(false);
    this.composer.insert(text);
    this.#draft = seq;
  }

  #noticeSwitch(frame) {
    const switched = newIn(frame).findLast((message) => message.event === "assistant");
    if (!switched) return;
    this.assistant = switched.assistant.name;
    this.showStatus();
  }

  #name(customer) {
    part(this, "label").textContent = customer?.name || this.label;
  }

  #takeStatus(status) {
    if (status.version < this.#version) return;
    this.#version = status.version ?? this.#version;
    const mayReplyNow = !this.#mayReply;
    this.status = status;
    if (mayReplyNow) this.#askForAnswers();
    if (status.status !== "bot") this.element.stopTyping("bot");
    this.showStatus();
  }

  get #mayReply() {
    return this.section === "mine" && !this.#noting;
  }

  /** Only whoever replies needs them. */
  #askForAnswers() {
    if (this.section === "mine") this.#tell("ask", { type: "answers" });
  }

  #askForSentiment() {
    if (!(this.kind in PRIVATE)) this.#tell("ask", { type: "sentiment" });
  }

  #stateWords(section) {
    const since = this.desk?.summary(this.conversation)?.waiting_since;
    const waiting = since ? `Waiting ${howLong(since, this.desk.now)}` : "Waiting";
    const others = `${this.status?.agent?.name} has it`;
    const said = { bot: "The bot answers", waiting, mine: "You have it", others, resolved: "Resolved" };
    said.private = PRIVATE[this.kind];
    return said[section] ?? (part(this, "problem").textContent ? "Not shown" : "Loading…");
  }

  #showActions(section) {
    const place = part(this, "actions");
    if (place.dataset.section === section) return;
    place.dataset.section = section;
    const buttons = actionsOf(section).map((action) => {
      return actionButton(action, () => this.#tell("act", action.name));
    });
    place.replaceChildren(...buttons);
  }

  #showComposer() {
    const { section } = this;
    const mayWrite = this.#noting || section === "mine";
    if (!this.composer?.text) return;
    this.composer.disabled = !mayWrite || !section;
    this.answers.hidden = !this.#mayReply;
    this.composer.placeholder = this.#noting ? "Write a note; only agents see it…" : replyWords(section);
  }

  /** Notes are nobody's business but the agents'. */
  #typed(on) {
    if (this.#mayReply) this.telling.typed(on);
  }

  #write(written) {
    this.telling.sent();
    const draft = this.#noting ? 0 : this.#draft;
    this.#tell("write", { ...written, note: this.#noting, draft });
    if (draft) this.#draft = 0;
    if (this.#noting && this.section === "mine") this.setNoting(false);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Whether a frame brings something that the customer has just written. */
function asksSomething(frame) {
  return newIn(frame).some((message) => ["customer", "device"].includes(message.sender));
}

/** Whether what stands beside the conversation has just changed. */
function tellsOfCustomer(frame) {
  const events = ["contact", "account", "assistant"];
  return newIn(frame).some((message) => events.includes(message.event) || message.evidence?.draft);
}

function newIn(frame) {
  return frame.type === "message" ? [frame] : frame.type === "messages" ? frame.messages : [];
}

function replyWords(section) {
  return section === "mine" ? "Write a reply…" : "Take it over to reply";
}

customElements.define("agent-conversation", AgentConversation);
