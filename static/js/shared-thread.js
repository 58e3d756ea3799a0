// One shared conversation on the page: frames of the members' socket in, <chat-thread> out.
// Pages count from the newest, so that they move while one reads: seqs say what is there already.

/** `me` is the reader's address, `element` the <chat-thread>, `ask(frame)` sends. */
export class SharedThread {
  #last = 0;
  #first = 0;
  #page = 0;
  #roles = {};
  #marks = new Map(); // address -> seq up to which they have read
  members = [];

  constructor(me, element, ask) {
    this.me = me;
    this.element = element;
    this.ask = ask;
  }

  /** Shows another conversation; null for none. */
  open(id) {
    this.id = id;
    this.#last = this.#first = this.#page = 0;
    this.#marks.clear();
    this.members = [];
    this.element.reset();
    this.element.earlier = false;
    if (id) this.refresh();
  }

  /** Asks for the newest page: what is new, and that it has been read. */
  refresh() {
    return this.ask({ type: "RECEIVE", config_id: this.id, members: this.members, page: 1 });
  }

  askForEarlier() {
    this.ask({ type: "RECEIVE", config_id: this.id, members: this.members, page: this.#page + 1 });
  }

  received({ members, roles, message, page, pages }) {
    this.members = members;
    this.#roles = roles ?? this.#roles;
    if (page === 1) this.#newest(message);
    else this.#earlier(message);
    this.#page = Math.max(this.#page, page);
    this.element.earlier = this.#page < pages;
  }

  sent({ members, message }) {
    this.members = members;
    const follows = message[0]?.seq <= this.#last + 1;
    if (!follows) return this.refresh();
    this.#add(message);
  }

  read({ email, through }) {
    this.#mark(email, through);
    this.#showMarks();
  }

  #newest(items) {
    const isGap = this.#last && items[0]?.seq > this.#last + 1;
    if (isGap) {
      this.element.reset();
      this.#last = this.#first = this.#page = 0;
    }
    this.#add(items);
  }

  #earlier(items) {
    const older = items.filter((item) => item.seq < this.#first);
    if (older.length) this.#first = older[0].seq;
    this.element.addEarlier(older.map((item) => this.#message(item)));
    this.#note(older);
  }

  #add(items) {
    for (const item of items) {
      const message = this.#message(item);
      if (item.seq <= this.#last) this.element.confirm(message);
      else this.element.add(message);
      this.#last = Math.max(this.#last, item.seq);
      this.#first ||= item.seq;
    }
    this.#note(items);
  }

  #note(items) {
    for (const item of items) for (const email of item.is_read) this.#mark(email, item.seq);
    this.#showMarks();
  }

  #mark(email, seq) {
    this.#marks.set(email, Math.max(this.#marks.get(email) ?? 0, seq));
  }

  /** Read is what all others have read. */
  #showMarks() {
    const others = this.members.filter((email) => email !== this.me);
    if (!others.length) return;
    this.element.readByOthers = Math.min(...others.map((email) => this.#marks.get(email) ?? 0));
  }

  #message(item) {
    const role = this.#roles[item.sender];
    const isMine = item.sender === this.me;
    return {
      seq: item.seq,
      sender: isMine ? "customer" : "member",
      name: role && role !== "other" ? `${item.sender} · ${role}` : item.sender,
      content: item.text,
      client_id: item.client_id ?? "",
      timestamp: item.created_at,
    };
  }
}
