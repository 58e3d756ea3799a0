// <assistant-choice>: who the bot is, in its heading, and the list of who it may be.
// Event: "choose" (detail: slug).
import { clone, cloneElement, part } from "template";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

class AssistantChoice extends HTMLElement {
  /** `now` answers; `offered` are all that may be chosen, each {slug, name, about}. */
  show(now, offered) {
    this.heading = this.querySelector("h1");
    if (offered.length > 1 || offered.some((one) => one.slug !== now.slug)) this.#offer(offered);
    this.now = now;
  }

  set now({ slug, name, person_answers: person }) {
    this.personAnswers = Boolean(person);
    const shown = this.list ? part(this, "name") : this.heading;
    shown.textContent = name;
    if (!this.list) return;
    this.button.setAttribute("aria-label", `${name}: choose another assistant`);
    for (const item of this.list.children) {
      item.autofocus = item.dataset.slug === slug; // when the list opens
      if (item.dataset.slug === slug) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  #offer(offered) {
    if (!this.list) this.#build();
    this.list.replaceChildren(...offered.map((one) => this.#item(one)));
  }

  #build() {
    const parts = clone("assistants-template");
    this.button = part(parts, "button");
    this.list = part(parts, "list");
    this.heading.replaceChildren(this.button);
    this.append(this.list);
    this.list.addEventListener("keydown", (event) => this.#step(event));
  }

  #item({ slug, name, about }) {
    const item = cloneElement("assistant-template");
    item.dataset.slug = slug;
    part(item, "name").textContent = name;
    part(item, "about").textContent = about;
    item.addEventListener("click", () => this.#choose(item));
    return item;
  }

  #choose(item) {
    this.list.hidePopover();
    this.button.focus();
    if (item.hasAttribute("aria-current")) return;
    this.dispatchEvent(new CustomEvent("choose", { detail: item.dataset.slug }));
  }

  #step(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...this.list.children];
    items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
  }
}

customElements.define("assistant-choice", AssistantChoice);
