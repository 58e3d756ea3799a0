// The dashboard's addresses: /agent/dashboard/, /agent/chat/<id>/ and #about, which is a page of
// its own on a phone. Event: "change".

export class Route extends EventTarget {
  /** `dashboard` and `conversation` (ending in a placeholder segment) are the two addresses. */
  constructor({ dashboard, conversation }) {
    super();
    this.dashboard = dashboard;
    this.prefix = conversation.replace(/[^/]+\/$/, "");
    for (const type of ["popstate", "hashchange"]) {
      window.addEventListener(type, () => this.dispatchEvent(new CustomEvent("change")));
    }
  }

  get conversation() {
    const path = location.pathname;
    if (!path.startsWith(this.prefix)) return "";
    return decodeURIComponent(path.slice(this.prefix.length).replace(/\/$/, ""));
  }

  /** Which pane is the page on a phone. */
  get pane() {
    if (!this.conversation) return "lists";
    return location.hash === "#about" ? "beside" : "conversation";
  }

  addressOf(id) {
    return id ? `${this.prefix}${encodeURIComponent(id)}/` : this.dashboard;
  }

  /** Goes to a conversation, or with "" to the lists. */
  open(id) {
    if (id === this.conversation && this.pane !== "beside") return;
    history.pushState(null, "", this.addressOf(id));
    this.dispatchEvent(new CustomEvent("change"));
  }
}
