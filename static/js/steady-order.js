// The order of one list, which stands still while somebody reads it.

export class SteadyOrder {
  ids = []; // as shown
  fresh = []; // known, but held back until asked for

  /**
   * Takes the true order. While `held`, what is shown keeps its place, what left goes, and
   * what is new waits in `fresh`; `open` (the conversation being read) is never held back.
   */
  update(truth, held, open) {
    if (!held) {
      this.ids = truth;
      this.fresh = [];
      return;
    }
    const exists = new Set(truth);
    const shown = new Set(this.ids);
    this.ids = this.ids.filter((id) => exists.has(id));
    if (exists.has(open) && !shown.has(open)) this.ids.unshift(open);
    this.fresh = truth.filter((id) => !shown.has(id) && id !== open);
  }

  /** A further page, asked for just now, goes to the end whatever is held. */
  extend(ids) {
    const shown = new Set(this.ids);
    this.ids = [...this.ids, ...ids.filter((id) => !shown.has(id))];
  }
}
