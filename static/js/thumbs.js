// "helpful? 👍 👎" under the bot's answers: buttons for the customer, a word for agents.
import { cloneElement, icon, words } from "template";

const SAYS = { up: "The customer found this helpful", down: "The customer found this not helpful" };

export function thumbs(message, viewer) {
  if (viewer !== "customer") return words("p", "rating", "");
  const box = cloneElement("thumbs-template");
  for (const button of box.querySelectorAll("button")) {
    button.addEventListener("click", () => rate(button, message.seq));
  }
  return box;
}

function rate(button, seq) {
  if (button.getAttribute("aria-pressed") === "true") return;
  const detail = { seq, value: button.dataset.value };
  button.dispatchEvent(new CustomEvent("rate", { bubbles: true, detail }));
}

/** Shows "up", "down" or "" (none) at a message that has a place for it. */
export function showRating(message, value) {
  for (const button of message.querySelectorAll(".thumb")) {
    button.setAttribute("aria-pressed", String(button.dataset.value === value));
  }
  const line = message.querySelector(".rating");
  if (!line) return;
  line.dataset.value = value;
  line.replaceChildren(...(SAYS[value] ? [icon(`thumb-${value}`), ` ${SAYS[value]}`] : []));
}
