// What stands under a message's words: its source, "did you mean", "generated", a notice, a new
// assistant's greeting, a way to a person.
import { draftActions } from "draft";
import { cloneElement, icon, outwardLink, part, webAddress, words } from "template";
import { thumbs } from "thumbs";

/** The elements for one message, for "customer" or "agent". */
export function extras(message, viewer) {
  return [
    ...(message.source ? [source(message.source)] : []),
    ...(message.generated ? generated(message.sources ?? []) : []),
    ...(isRated(message) ? [thumbs(message, viewer)] : []),
    ...(message.quote ? [source(message.quote)] : []),
    ...(message.suggestions?.length ? [suggestions(message.suggestions, viewer)] : []),
    ...(message.notice ? [words("p", "notice", message.notice)] : []),
    ...(message.event === "assistant" && viewer === "customer" ? [introduction(message.assistant)] : []),
    ...(message.draft ? [draftActions(message)] : []),
    ...(message.offer_person && viewer === "customer" ? [offerPerson()] : []),
  ];
}

/** What claims to be an answer, and was said to the customer by the bot. */
function isRated({ seq, sender, source: entry, generated: isGenerated, draft }) {
  return seq && sender === "bot" && !draft && (entry || isGenerated);
}

function source({ title, link }) {
  const line = words("p", "source", "from ");
  const address = webAddress(link);
  const name = `“${title}”`;
  if (!address) line.append(name);
  else line.append(linkWithArrow(address, name));
  return line;
}

function linkWithArrow(address, name) {
  const link = outwardLink(address, name);
  link.append(icon("outward"), words("span", "unseen", "(opens apart)"));
  return link;
}

function generated(sources) {
  const note = words("p", "generated", "Written by a language model. It may be wrong.");
  return [note, ...sources.map(source)];
}

function suggestions(entries, viewer) {
  const box = cloneElement("suggestions-template");
  const all = [...entries.map((entry) => suggestion(entry)), suggestion(null)];
  for (const button of all) button.disabled = viewer !== "customer";
  part(box, "buttons").replaceWith(...all);
  return box;
}

/** A button for one entry, or for none of them. */
function suggestion(entry) {
  const choice = entry ?? { entry: 0, title: "None of these" };
  const button = words("button", entry ? "chip" : "chip none", choice.title);
  button.type = "button";
  button.dataset.entry = choice.entry;
  button.addEventListener("click", () => tell(button, "choose", choice));
  return button;
}

/** How an assistant greets who has just chosen it, and what it may be asked. */
function introduction(assistant) {
  const box = cloneElement("introduction-template");
  part(box, "greeting").textContent = assistant.greeting;
  part(box, "questions").append(...assistant.questions.map((question) => questionChip(question)));
  return box;
}

function questionChip(question) {
  const button = words("button", "chip", question);
  button.type = "button";
  button.addEventListener("click", () => tell(button, "ask", question));
  return button;
}

function offerPerson() {
  const button = cloneElement("offer-person-template");
  button.addEventListener("click", () => tell(button, "person"));
  return button;
}

function tell(element, type, detail) {
  element.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}
