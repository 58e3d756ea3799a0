// <faq-answers>: the FAQ's answers nearest to the customer's last question, beside the composer.
// Event: "insert" (detail: the text), by a click or by insert().
import { clone, cloneElement, part } from "template";

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
const LONGEST_SHOWN = 200; // characters; the rest is cut by the style anyway

class FaqAnswers extends HTMLElement {
  #entries = [];
  #seq = 0;

  /** Takes an `answers` frame; one about an older question than is shown is late. */
  show({ seq, entries }) {
    if (seq < this.#seq) return;
    this.#seq = seq;
    this.#entries = entries;
    if (!this.hasChildNodes()) this.append(clone("answers-template"));
    // In one language nobody wonders; in several it has a say in the order, beside the share.
    const isMixed = new Set(entries.map((entry) => entry.lang)).size > 1;
    const cards = entries.map((entry, index) => this.#card(entry, index, isMixed));
    this.firstElementChild.replaceChildren(...cards);
    this.firstElementChild.hidden = !entries.length;
  }

  clear() {
    this.#seq = 0;
    this.#entries = [];
    this.replaceChildren();
  }

  /** Offers the answer of that place as a draft, if there is one. */
  insert(index) {
    const entry = this.#entries[index];
    if (!entry) return;
    const text = entry.link ? `${entry.answer}\n${entry.link}` : entry.answer;
    this.dispatchEvent(new CustomEvent("insert", { detail: text }));
  }

  #card(entry, index, isMixed) {
    const card = cloneElement("answer-template");
    const key = `${index + 1}`;
    part(card, "title").textContent = entry.title;
    part(card, "confidence").textContent = `${Math.round(entry.confidence * 100)} %`;
    part(card, "key").textContent = `Alt ${key}`;
    part(card, "language").textContent = isMixed && entry.lang ? `${nameOf(entry.lang)}: ` : "";
    part(card, "text").textContent = shortened(entry.answer);
    card.title = `Put into the reply: ${entry.title}`;
    card.setAttribute("aria-keyshortcuts", `${key} Alt+${key}`);
    card.addEventListener("click", () => this.insert(index));
    return card;
  }
}

function nameOf(lang) {
  try {
    return LANGUAGES.of(lang);
  } catch {
    return lang; // no tag that browsers know, as an admin may have written it
  }
}

function shortened(text) {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).trimEnd()}…` : text;
}

customElements.define("faq-answers", FaqAnswers);
