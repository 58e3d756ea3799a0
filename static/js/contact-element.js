// <chat-contact>: who waits may leave a name and an address.
// Event: "leave" (detail: {name, email}).
import { clone, part } from "template";

class ChatContact extends HTMLElement {
  #left = { name: "", email: "" };
  #nobody = false;
  #isOpen = false;

  connectedCallback() {
    if (this.hasChildNodes()) return;
    this.append(clone("contact-template"));
    part(this, "open").addEventListener("click", () => this.#edit());
    part(this, "change").addEventListener("click", () => this.#edit());
    part(this, "form").addEventListener("submit", (event) => this.#submit(event));
  }

  /** Whether what agents write reaches an address. */
  set sendsEmail(sends) {
    part(this, "why").textContent = sends
      ? "Leave your e-mail address, and the answer reaches you there too."
      : "Leave your name and e-mail address, so that the team can reach you.";
    part(this, "open").textContent = sends ? "Get the answer by e-mail too" : "Leave an e-mail address";
    this.told = sends ? "Answers reach you at" : "The team can reach you at";
  }

  /** What has been left: {name, email}, each "" where it was not. */
  set left(contact) {
    this.#left = contact;
    this.#isOpen = false;
    part(this, "problem").textContent = "";
    part(this, "name").value = contact.name;
    part(this, "email").value = contact.email;
    part(this, "words").textContent = contact.email ? `${this.told} ${contact.email}.` : `Thank you, ${contact.name}.`;
    this.#render();
  }

  /** Shown while somebody waits; unfolded where nobody is there to answer. */
  update({ waits, nobody }) {
    this.hidden = !waits;
    this.#nobody = nobody;
    this.#render();
  }

  set problem(words) {
    part(this, "problem").textContent = words;
  }

  #render() {
    const known = Boolean(this.#left.email || this.#left.name);
    const unfolded = this.#isOpen || (this.#nobody && !known);
    part(this, "form").hidden = !unfolded;
    part(this, "left").hidden = unfolded || !known;
    part(this, "open").hidden = unfolded || known;
  }

  #edit() {
    this.#isOpen = true;
    this.#render();
    part(this, "email").focus();
  }

  #submit(event) {
    event.preventDefault();
    const detail = { name: part(this, "name").value, email: part(this, "email").value };
    this.dispatchEvent(new CustomEvent("leave", { detail }));
  }
}

customElements.define("chat-contact", ChatContact);
