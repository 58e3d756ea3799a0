// The members' socket as <desk-announcements> knows a connection: its frames have other names, and
// all that is valid comes one by one, before the answer to the first command.

export class MemberAnnouncements extends EventTarget {
  #valid = []; // heard since the connection opened; null once that is all

  constructor(connection) {
    super();
    this.connection = connection;
    connection.addEventListener("open", () => (this.#valid = []));
    connection.addEventListener("frame", ({ detail }) => this.#take(detail));
  }

  send(receipt) {
    return this.connection.send({ ...receipt, type: "RECEIPT" });
  }

  #take({ type, data }) {
    if (type === "ANNOUNCEMENT") this.#announced(data);
    else if (type === "CHAT_LIST" && this.#valid) this.#begin();
  }

  #announced(announcement) {
    if (this.#valid) this.#valid.push(announcement);
    else this.#say({ type: "announcement", announcement });
  }

  #begin() {
    this.#say({ type: "history", announcements: this.#valid });
    this.#valid = null;
  }

  #say(detail) {
    this.dispatchEvent(new CustomEvent("frame", { detail }));
  }
}
