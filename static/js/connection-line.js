// <connection-line>: says what is wrong with the connection, but only after two seconds.
// data-login: where an agent logs in again.
import { words } from "template";

const BEFORE_SAYING = 2_000;
const KEPT = "What you write is kept and sent when it is back.";

class ConnectionLine extends HTMLElement {
  #timer = null;
  #code = null;

  connectedCallback() {
    this.setAttribute("role", "status");
    window.addEventListener("offline", () => this.#shown && this.#say());
  }

  watch(connection) {
    this.connection = connection;
    this.#wait();
    connection.addEventListener("open", () => this.#clear());
    connection.addEventListener("down", (event) => this.#down(event.detail));
    connection.addEventListener("ended", (event) => this.#ended(event.detail));
  }

  get #shown() {
    return this.hasChildNodes();
  }

  #wait() {
    this.#timer ??= setTimeout(() => this.#say(), BEFORE_SAYING);
  }

  #down(code) {
    if (code !== 1006 || this.#code === null) this.#code = code;
    if (this.#shown) this.#say();
    else this.#wait();
  }

  #say() {
    this.dataset.tone = "warn";
    this.#show(this.#reason());
  }

  #reason() {
    if (!navigator.onLine) return `You are offline. ${KEPT}`;
    if (this.#code === 1012) return `The server is restarting. ${KEPT}`;
    return `No connection, trying again… ${KEPT}`;
  }

  #ended(code) {
    clearTimeout(this.#timer);
    this.dataset.tone = "bad";
    if (code === 4001 || code === 4003) this.#sessionOver(code);
    else this.#show("This page is open in too many windows. Close some, then", this.#again());
  }

  #sessionOver(code) {
    const text = code === 4001 ? "Your session is over." : "You may not see this with this login.";
    const link = words("a", "", this.dataset.login ? "Log in again" : "Load the page again");
    link.href = this.dataset.login ? this.#loginAddress() : location.href;
    this.#show(text, link);
  }

  #loginAddress() {
    return `${this.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
  }

  #again() {
    const button = words("button", "link-button", "try again");
    button.type = "button";
    button.addEventListener("click", () => this.connection.retry());
    return button;
  }

  #show(text, action = "") {
    const line = words("p", "", "");
    line.append(words("span", "", text), action);
    this.replaceChildren(line);
  }

  #clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#code = null;
    this.replaceChildren();
  }
}

customElements.define("connection-line", ConnectionLine);
