// <agent-beside>: what is known about the customer of the open conversation.
// Event: "open" (detail: conversation id).
import { clone, part, words } from "template";
import { dayName } from "times";

const STATUS = { bot: "with the bot", open: "open", resolved: "resolved" };

const NAMES = { negative: "Negative", neutral: "Neutral", positive: "Positive" };

class AgentBeside extends HTMLElement {
  /** Takes a frame of conversation `id` that tells of its customer; `addressOf(id)` gives its page. */
  show(id, { customer, assistant }, addressOf) {
    if (!this.hasChildNodes()) this.append(clone("beside-template"));
    const back = part(this, "back");
    back.href = addressOf(id);
    back.onclick = (event) => this.#follow(event, id);
    part(this, "label").textContent = customer.label;
    part(this, "name").textContent = customer.name || "Not given";
    part(this, "email").textContent = customer.email || "Not given";
    part(this, "since").textContent = customer.since ? dayName(customer.since) : "Unknown";
    part(this, "assistant").textContent = assistant?.name ?? "";
    part(this, "drafts").textContent = assistant?.drafts?.words ?? "";
    for (const name of ["drafts", "drafts-name"]) part(this, name).hidden = !assistant?.drafts;
    const earlier = customer.earlier ?? [];
    part(this, "none").hidden = earlier.length > 0;
    part(this, "earlier").replaceChildren(...earlier.map((one) => this.#line(one, addressOf)));
  }

  /** Takes a `sentiment` frame: how the customer sounds. */
  showSentiment({ label, score, why, count }) {
    const place = part(this, "sentiment");
    if (!place) return;
    const signed = `${score < 0 ? "−" : "+"}${Math.abs(score).toFixed(2)}`;
    place.dataset.label = label;
    place.textContent = count ? `${NAMES[label]} ${signed}` : "Nothing written yet";
    if (count) place.append(words("span", "sentiment-why", why));
  }

  clear() {
    this.replaceChildren();
  }

  #line(one, addressOf) {
    const line = document.createElement("li");
    const link = words("a", "", one.label || one.conversation);
    link.href = addressOf(one.conversation);
    link.addEventListener("click", (event) => this.#follow(event, one.conversation));
    line.append(link, words("span", "", `${STATUS[one.status] ?? one.status} · ${dayName(one.updated_at)}`));
    return line;
  }

  #follow(event, id) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("open", { detail: id }));
  }
}

customElements.define("agent-beside", AgentBeside);
