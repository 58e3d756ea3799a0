// The greeting at the start of a thread, and suggested questions while it is empty.
// Event: "ask" (detail: the question).
import { cloneElement, part, words } from "template";

export class Greeting extends EventTarget {
  constructor(place) {
    super();
    this.place = place;
  }

  /** `desk` is history's {greeting, questions}. */
  show(desk) {
    const element = cloneElement("greeting-template");
    part(element, "text").textContent = desk.greeting;
    this.questions = part(element, "questions");
    this.questions.append(...(desk.questions ?? []).map((question) => this.#question(question)));
    this.place.replaceChildren(element);
  }

  /** `start`: the thread's first message is loaded; `empty`: there is none. */
  update({ start, empty }) {
    this.place.hidden = !start;
    if (this.questions) this.questions.hidden = !empty;
  }

  #question(question) {
    const button = words("button", "chip", question);
    button.type = "button";
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("ask", { detail: question })));
    return button;
  }
}
