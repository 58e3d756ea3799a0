// In the admin, below an answer's field: how customers will see it, while it is written.
import { richNodes } from "rich-text";
import { words } from "template";

const PAUSE = 250; // ms without a key

class Preview {
  #latest = 0;
  #timer;

  constructor(field) {
    this.field = field;
    this.shown = words("div", "message-text", "");
    this.shown.dataset.rich = "";
    const box = words("section", "answer-preview", "");
    box.setAttribute("aria-label", "As customers see it");
    box.append(words("p", "answer-preview-title", "As customers see it"), this.shown);
    field.after(box);
    field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), PAUSE);
    });
    this.#ask();
  }

  async #ask() {
    const number = ++this.#latest;
    const body = new FormData();
    body.set("answer", this.field.value);
    body.set("csrfmiddlewaretoken", this.field.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(this.field.dataset.preview, { method: "POST", body });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const { blocks } = await answer.json();
      if (number === this.#latest) this.#show(richNodes(blocks));
    } catch {
      if (number === this.#latest) this.#show(["The preview does not answer. The text is still here."]);
    }
  }

  #show(nodes) {
    this.shown.replaceChildren(...(nodes.length ? nodes : ["Nothing yet."]));
  }
}

for (const field of document.querySelectorAll("textarea[data-preview]")) new Preview(field);
