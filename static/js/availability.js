// The switch by which an agent is there to answer, or away.

export class Availability {
  /** `desk` knows the colleagues, oneself among them; `send` takes {type: "available", on}. */
  constructor(button, desk, send) {
    this.button = button;
    this.desk = desk;
    button.addEventListener("click", () => send({ type: "available", on: this.#isAway }));
    desk.addEventListener("colleagues", () => this.#show());
  }

  get #isAway() {
    return this.desk.colleagues.some((one) => this.desk.isMe(one) && one.away);
  }

  #show() {
    const away = this.#isAway;
    this.button.hidden = false;
    this.button.setAttribute("aria-checked", String(!away));
    this.button.querySelector(".dot").dataset.tone = away ? "warn" : "good";
    this.button.querySelector("[data-part=words]").textContent = away ? "Away" : "Available";
  }
}
