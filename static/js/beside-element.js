// <agent-beside>: what is known about the customer of the open conversation.
// Event: "open" (detail: conversation id).
import { clone, part, words } from "template";
import { dayName } from "times";

const STATUS = { bot: "with the bot", open: "open", resolved: "resolved" };

class AgentBeside extends HTMLElement {
  /** `customer` is the history's of conversation `id`; `addressOf(id)` gives its page. */
  show(id, customer, addressOf) {
    if (!this.hasChildNodes()) this.append(clone("beside-template"));
    const back = part(this, "back");
    back.href = addressOf(id);
    back.onclick = (event) => this.#follow(event, id);
    part(this, "label").textContent = customer.label;
    part(this, "name").textContent = customer.name || "Not given";
    part(this, "email").textContent = customer.email || "Not given";
    part(this, "since").textContent = customer.since ? dayName(customer.since) : "Unknown";
    const earlier = customer.earlier ?? [];
    part(this, "none").hidden = earlier.length > 0;
    part(this, "earlier").replaceChildren(...earlier.map((one) => this.#line(one, addressOf)));
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
