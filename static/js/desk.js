// What an agent knows of all conversations: summaries in sections, unread counts, colleagues.
//
// Events: "change" (lists), "colleagues".

export const SECTIONS = ["waiting", "mine", "others", "bot", "resolved"];
const PAGE = 50; // conversations the server sends of a section at a time

export class Desk extends EventTarget {
  me = { username: "", name: "" };
  colleagues = [];
  counts = {};
  isLoaded = false;
  ahead = 0; // milliseconds that the server's clock is ahead of ours
  #summaries = new Map();
  #unread = new Map();
  #end = new Map(); // section -> the last summary loaded, where the server has more

  /** Takes one frame of the lists; anything else is ignored. */
  take(frame) {
    HANDLERS[frame.type]?.call(this, frame);
  }

  takeLists(frame) {
    this.me = frame.me;
    this.colleagues = frame.colleagues;
    this.ahead = new Date(frame.now ?? Date.now()) - Date.now();
    this.#summaries.clear();
    this.#end.clear();
    this.#unread = new Map(Object.entries(frame.unread ?? {}));
    this.#know(frame.conversations);
    this.counts = frame.counts;
    this.isLoaded = true;
    for (const section of SECTIONS) {
      const loaded = frame.conversations.filter((one) => this.sectionOf(one) === section);
      this.#setEnd(section, loaded, loaded.length >= PAGE && loaded.length < this.counts[section]);
    }
    this.#announce("colleagues");
    this.#announce("change");
  }

  takeMore(frame) {
    this.#know(frame.conversations);
    for (const [id, count] of Object.entries(frame.unread ?? {})) this.#unread.set(id, count);
    this.#setEnd(frame.section, frame.conversations, frame.more);
    this.#announce("change", frame);
  }

  takeChanged(frame) {
    this.counts = frame.counts ?? this.counts;
    this.#know(frame.conversations);
    this.#announce("change");
  }

  /**
   * The open conversation changed hands. Its summary says so a moment later; by then another may
   * be open, and what one has just taken would be held back in the lists like somebody else's.
   */
  takeStatus({ conversation, status, agent, version }) {
    const known = this.#summaries.get(conversation);
    const waits = status === "open" && !agent; // its place in the queue comes with its summary
    if (!known || waits || version <= known.version) return;
    this.#summaries.set(conversation, { ...known, status, agent });
    this.#announce("change");
  }

  takeColleagues(frame) {
    this.colleagues = frame.colleagues;
    this.#announce("colleagues");
  }

  summary(id) {
    return this.#summaries.get(id);
  }

  unreadOf(id) {
    return this.#unread.get(id) ?? 0;
  }

  /** The server's time now, in milliseconds. */
  get now() {
    return Date.now() + this.ahead;
  }

  isMe(agent) {
    return Boolean(agent) && agent.username === this.me.username;
  }

  sectionOf({ status, agent }) {
    if (status !== "open") return status;
    if (!agent) return "waiting";
    return this.isMe(agent) ? "mine" : "others";
  }

  /** Ids of a section in their order: longest waiting first, elsewhere newest first. */
  ids(section) {
    const key = section === "waiting" ? waitingKey : newestKey;
    const rows = [...this.#summaries.values()].filter((one) => this.sectionOf(one) === section);
    const sorted = this.#withinLoaded(section, rows).sort((one, other) => key(one) - key(other));
    return sorted.map((row) => row.conversation);
  }

  /** What to ask for to see more of a section, or null. */
  moreOf(section) {
    if (!this.#end.has(section)) return null;
    const after = this.#lastOf(section);
    return after ? { type: "more", section, after } : { type: "lists" };
  }

  /** The end of what is loaded, and still there: the server goes by where that one is now. */
  #lastOf(section) {
    const ids = this.ids(section);
    if (section === "waiting") return ids.at(-1);
    const changed = (id) => new Date(this.summary(id).updated_at).getTime();
    return ids.reduce((last, id) => (last && changed(last) <= changed(id) ? last : id), undefined);
  }

  /** Who came to a long queue last belongs on a page of it that is not loaded yet. */
  #withinLoaded(section, rows) {
    const end = section === "waiting" && this.#end.get(section);
    return end ? rows.filter((row) => waitingKey(row) <= waitingKey(end)) : rows;
  }

  /** A summary counts only if it is newer than the one we have. */
  #know(summaries) {
    for (const summary of summaries) {
      const id = summary.conversation;
      if ((this.#summaries.get(id)?.version ?? -1) >= summary.version) continue;
      this.#summaries.set(id, summary);
      if (summary.unread !== undefined) this.#unread.set(id, summary.unread);
    }
  }

  #setEnd(section, loaded, hasMore) {
    const last = loaded.at(-1);
    if (!hasMore || !last) return this.#end.delete(section);
    this.#end.set(section, last);
  }

  #announce(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

const HANDLERS = {
  lists: Desk.prototype.takeLists,
  more: Desk.prototype.takeMore,
  conversations: Desk.prototype.takeChanged,
  status: Desk.prototype.takeStatus,
  colleagues: Desk.prototype.takeColleagues,
};
const waitingKey = (row) => new Date(row.waiting_since ?? row.created_at).getTime();
const newestKey = (row) => -new Date(newestOf(row)).getTime();

/** When something was last said. (updated_at moves by read marks, too.) */
export function newestOf(summary) {
  return summary.last?.timestamp ?? summary.updated_at;
}
