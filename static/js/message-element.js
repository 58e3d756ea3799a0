// <chat-message>: one message, from history, live or still pending.
// A pending bubble and its echo are one element: show() may be called again with more.
//
// Events that bubble: "again", "discard" (detail: client id), "choose" (detail: {entry, title}),
// "rate" (detail: {seq, value}), "person".
import { evidence } from "evidence";
import { extras } from "message-extras";
import { showRating } from "thumbs";
import { isEmojiOnly, textNodes } from "message-text";
import { showPictures, showProgress } from "pictures";
import { richNodes } from "rich-text";
import { clone, icon, part, words } from "template";
import { clockTime, dayName, exactTime } from "times";

const NAMES = { bot: "Bot", agent: "Agent" };
const STATES = {
  pending: ["clock", "Sending"],
  sent: ["check", "Sent"],
  read: ["check-twice", "Read"],
  interrupted: ["stop", "Interrupted: a person took over", true],
};

class ChatMessage extends HTMLElement {
  /** `viewer` is "customer" or "agent": whose side is the right one. */
  show(message, viewer) {
    if (!this.hasChildNodes()) this.append(clone("message-template"));
    this.message = message;
    this.own = (viewer === "customer") === (message.sender === "customer");
    if (message.sender === "device" || message.sender === "member") this.own = false;
    this.dataset.sender = message.sender;
    this.dataset.side = side(message, this.own);
    this.toggleAttribute("data-note", Boolean(message.note));
    this.toggleAttribute("data-draft", Boolean(message.draft));
    if (message.seq) this.dataset.seq = message.seq;
    if (message.client_id) this.dataset.clientId = message.client_id;
    this.#showWords(viewer);
    this.#showTime();
    return this;
  }

  /** The seam to what stands above: a new day's name, or the same author going on. */
  settle(previous) {
    const startsDay = previous?.day !== this.day;
    part(this, "day").hidden = !startsDay;
    part(this, "day").textContent = startsDay ? dayName(this.message.timestamp) : "";
    const continues = !startsDay && this.#isLike(previous);
    this.toggleAttribute("data-continues", continues);
    previous?.toggleAttribute("data-continued", continues);
  }

  get day() {
    return new Date(this.message.timestamp).toDateString();
  }

  /** "pending", "sent", "read" or "failed" (with a reason) on own messages, "writing" or "interrupted". */
  mark(state, reason = "") {
    if (this.dataset.state === state && state !== "failed") return;
    this.dataset.state = state;
    if (state !== "pending") this.progress(null);
    const nodes = state === "failed" ? this.#failed(reason) : STATES[state] && shown(...STATES[state]);
    part(this, "state").replaceChildren(...(nodes ?? []));
  }

  /** How far the upload of its pictures is, 0 to 1, or null. */
  progress(share) {
    showProgress(part(this, "pictures"), share);
  }

  /** "Did you mean" is over: `entry` was chosen (0 for none), or undefined if something else was said. */
  answer(entry) {
    for (const button of this.querySelectorAll(".suggestions button")) {
      button.disabled = true;
      button.toggleAttribute("data-chosen", Number(button.dataset.entry) === entry);
    }
  }

  /** The customer's thumb: "up", "down" or "" for none. */
  rated(value) {
    showRating(this, value);
  }

  #showWords(viewer) {
    const { message } = this;
    const text = part(this, "text");
    // Only what the desk's own FAQ says has more than words, sent by the bot or as its draft.
    const blocks = ["bot", "agent"].includes(message.sender) && message.blocks;
    text.toggleAttribute("data-rich", Boolean(blocks));
    text.replaceChildren(...(blocks ? richNodes(blocks) : textNodes(message.content)));
    text.toggleAttribute("data-emoji", isEmojiOnly(message.content));
    text.hidden = !message.content && Boolean(message.attachments);
    showPictures(part(this, "pictures"), message, viewer, this.#author(viewer));
    part(this, "name").textContent = this.#name();
    part(this, "who").textContent = this.#unseenName(viewer);
    const below = extras(message, viewer);
    if (message.evidence) below.push(evidence(message.evidence));
    part(this, "extras").replaceChildren(...below);
  }

  #name() {
    const { message } = this;
    if (message.sender === "system" || message.sender === "customer") return "";
    const name = message.name || NAMES[message.sender];
    if (message.sender === "announcement") return name ? `${name} · announcement` : "Announcement";
    if (message.draft) return `${name} · draft, for agents only`;
    return message.note ? `${name} · note, for agents only` : name;
  }

  /** The customer is known by the side; those who hear the page are told. */
  #unseenName(viewer) {
    if (this.message.sender !== "customer") return "";
    return viewer === "customer" ? "You" : this.message.name || "Customer";
  }

  /** As in "Picture from Carol". */
  #author(viewer) {
    return this.#name() || (viewer === "customer" ? "you" : this.message.name || "the customer");
  }

  #showTime() {
    const time = part(this, "time");
    time.dateTime = this.message.timestamp;
    time.textContent = clockTime(this.message.timestamp);
    time.title = exactTime(this.message.timestamp);
  }

  #isLike(previous) {
    const one = previous.message;
    const other = this.message;
    const apart = new Date(other.timestamp) - new Date(one.timestamp);
    const same = ["sender", "name", "note"].every((key) => (one[key] || "") === (other[key] || ""));
    return same && other.sender !== "system" && apart < 3 * 60_000;
  }

  #failed(reason) {
    const say = (type) => () => this.#tell(type, this.dataset.clientId);
    const why = words("span", "", ` Not delivered. ${reason}`.trimEnd().replace(/[^.]$/, "$&."));
    why.prepend(icon("warning"));
    return [
      why,
      linkButton("Send again", say("again")),
      linkButton("Remove", say("discard")),
    ];
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }
}

function side(message, own) {
  if (message.sender === "system") return "centre";
  return own ? "right" : "left";
}

function shown(iconName, text, isSeen = false) {
  return [icon(iconName), words("span", isSeen ? "" : "unseen", text)];
}

function linkButton(text, act) {
  const button = words("button", "link-button", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

customElements.define("chat-message", ChatMessage);
