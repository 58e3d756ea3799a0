// <agent-lists>: the sections of the desk, each with its count and its conversations.
// Events: "open" (detail: conversation id), "more" (detail: the frame to send).
import { SECTIONS } from "desk";
import { fillRow, makeRow, showAge } from "row";
import { SteadyOrder } from "steady-order";
import { clone, part } from "template";

const EMPTY = {
  waiting: "Nobody is waiting.",
  mine: "You have no conversation.",
  others: "Your colleagues have none.",
  bot: "The bot has none.",
  resolved: "Nothing resolved yet.",
};

class AgentLists extends HTMLElement {
  #orders = new Map(SECTIONS.map((section) => [section, new SteadyOrder()]));
  #rows = new Map();
  #open = "";
  #pointed = false;
  #due = null;
  #loaded = false;

  /** `desk` is a Desk; `addressOf(id)` gives a conversation's page. */
  show(desk, addressOf) {
    this.desk = desk;
    this.addressOf = addressOf;
    this.append(clone("lists-template"));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("pointerenter", (event) => (this.#pointed = event.pointerType === "mouse"));
    this.addEventListener("pointerleave", () => this.#leave());
    desk.addEventListener("change", (event) => this.#changed(event.detail));
    setInterval(() => this.#tick(), 10_000);
  }

  set open(id) {
    this.#open = id;
    this.#render();
    this.#rows.get(id)?.scrollIntoView({ block: "nearest" });
  }

  /** The id above (-1) or below (1) the open one, over all sections. */
  neighbour(step) {
    const ids = [...this.querySelectorAll(".row-item")].map((row) => row.dataset.conversation);
    const from = ids.indexOf(this.#open);
    if (from < 0) return step > 0 ? ids[0] : ids.at(-1);
    return ids[from + step];
  }

  #changed(page) {
    if (page) this.#orders.get(page.section).extend(page.conversations.map((one) => one.conversation));
    this.#due ??= requestAnimationFrame(() => this.#render());
  }

  #leave() {
    this.#pointed = false;
    this.#render();
  }

  get #held() {
    return this.#loaded && (this.#pointed || Boolean(this.#open));
  }

  #render() {
    cancelAnimationFrame(this.#due);
    this.#due = null;
    for (const section of SECTIONS) {
      const truth = this.desk.ids(section);
      this.#orders.get(section).update(truth, this.#held, this.#open);
      this.#renderSection(section);
    }
    this.#loaded = this.desk.isLoaded;
  }

  #renderSection(section) {
    const box = this.querySelector(`.section[data-section="${section}"]`);
    const { ids, fresh } = this.#orders.get(section);
    const count = this.desk.counts[section] ?? 0;
    this.querySelector(`h2[data-section="${section}"] .count`).textContent = count;
    this.querySelector(`h2[data-section="${section}"]`).toggleAttribute("data-any", count > 0);
    part(box, "fresh").hidden = fresh.length === 0;
    part(box, "fresh").textContent = `${fresh.length} new`;
    part(box, "empty").hidden = ids.length + fresh.length > 0;
    part(box, "empty").textContent = EMPTY[section];
    part(box, "more").hidden = !this.desk.moreOf(section);
    this.#place(part(box, "rows"), ids.map((id) => this.#row(id, section)));
  }

  #row(id, section) {
    const row = this.#rows.get(id) ?? makeRow(id, this.addressOf(id));
    this.#rows.set(id, row);
    const { desk } = this;
    const unread = section === "resolved" ? 0 : desk.unreadOf(id);
    fillRow(row, { summary: desk.summary(id), section, unread, isOpen: id === this.#open, now: desk.now });
    return row;
  }

  /** Puts rows in order and touches only what is not in its place (focus stays). */
  #place(list, rows) {
    rows.forEach((row, index) => {
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
    while (list.children.length > rows.length) list.lastElementChild.remove();
  }

  #tick() {
    for (const row of this.querySelectorAll(".row-item")) {
      const summary = this.desk.summary(row.dataset.conversation);
      if (summary) showAge(row, summary, row.dataset.section, this.desk.now);
    }
  }

  #clicked(event) {
    const row = event.target.closest(".row-item");
    const section = event.target.closest("[data-section]")?.dataset.section;
    if (row) this.#openRow(event, row.dataset.conversation);
    else if (event.target.closest("h2")) this.#jump(event, section);
    else if (event.target.closest('[data-part="fresh"]')) this.#release(section);
    else if (event.target.closest('[data-part="more"]')) this.#tell("more", this.desk.moreOf(section));
  }

  #openRow(event, id) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.#tell("open", id);
  }

  /** The heads stick to both ends; one click brings the section under its head. */
  #jump(event, section) {
    event.preventDefault();
    const heads = [...this.querySelectorAll("h2")];
    const index = SECTIONS.indexOf(section);
    const above = heads.slice(0, index + 1).reduce((sum, head) => sum + head.offsetHeight, 0);
    const scroller = part(this, "scroller");
    scroller.scrollTop = this.querySelector(`.section[data-section="${section}"]`).offsetTop - above;
  }

  #release(section) {
    this.#orders.get(section).update(this.desk.ids(section), false, this.#open);
    this.#renderSection(section);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("agent-lists", AgentLists);
