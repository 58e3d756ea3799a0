// A shadow assistant's draft, under which stands what an agent may do with it.
import { cloneElement, part } from "template";

/**
 * The buttons of one draft. Events that bubble: "send-draft" (detail: seq) and "edit-draft"
 * (detail: {seq, text}).
 */
export function draftActions({ seq, content }) {
  const box = cloneElement("draft-template");
  const tell = (type, detail) => box.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  part(box, "send").addEventListener("click", () => tell("send-draft", seq));
  part(box, "edit").addEventListener("click", () => tell("edit-draft", { seq, text: content }));
  return box;
}

/** The seq of the draft that is still to be sent in a thread, 0 for none: nobody has replied since. */
export function openDraft(thread) {
  const draft = [...thread.querySelectorAll("chat-message[data-draft]")].at(-1);
  let after = draft?.nextElementSibling;
  while (after && !isReply(after)) after = after.nextElementSibling;
  return draft && !after ? draft.message.seq : 0;
}

function isReply({ message }) {
  return message?.sender === "agent" && !message.note;
}
