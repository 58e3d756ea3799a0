// One conversation in a list.
import { newestOf } from "desk";
import { cloneElement, part } from "template";
import { clockTime, howLong } from "times";

const SPEAKERS = { bot: "Bot: ", agent: "Agent: ", system: "" };

/** A new, empty row; `address` is where it leads. */
export function makeRow(id, address) {
  const row = cloneElement("row-template");
  row.dataset.conversation = id;
  row.firstElementChild.href = address;
  return row;
}

/** Shows a summary in its row. */
export function fillRow(row, { summary, section, unread, isOpen, now }) {
  const { last } = summary;
  part(row, "label").textContent = summary.name || summary.label;
  part(row, "agent").textContent = section === "others" ? (summary.agent?.name ?? "") : "";
  part(row, "text").textContent = last ? speaker(last, section) + last.text : "";
  part(row, "unread").hidden = !unread;
  part(row, "unread-count").textContent = unread;
  row.dataset.section = section;
  row.firstElementChild.title = summary.assistant ?? "";
  if (isOpen) row.firstElementChild.setAttribute("aria-current", "true");
  else row.firstElementChild.removeAttribute("aria-current");
  showAge(row, summary, section, now);
}

/** How long it waits, or when something last happened. */
export function showAge(row, summary, section, now) {
  const waits = section === "waiting" && summary.waiting_since;
  const since = waits || newestOf(summary);
  const today = now - new Date(since) < 20 * 3_600_000;
  const text = waits || !today ? howLong(since, now) : clockTime(since);
  const age = part(row, "age");
  if (age.textContent !== text) age.textContent = text;
}

function speaker(last, section) {
  if (last.sender === "agent" && section === "mine") return "You: ";
  return SPEAKERS[last.sender] ?? "";
}
