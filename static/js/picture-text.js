// "Text in the picture", for agents: asked for when it is opened.
import { cloneElement, part } from "template";

const AGAIN = 1_500; // milliseconds, while it is being read
const SAYS = {
  none: "This picture was not read.",
  waiting: "The picture is being read…",
  reading: "The picture is being read…",
  failed: "The picture could not be read.",
};

/** A closed <details> for the picture with this id. */
export function pictureText(id) {
  const box = cloneElement("picture-text-template");
  box.addEventListener("toggle", () => box.open && show(box, id));
  return box;
}

async function show(box, id) {
  const text = part(box, "text");
  if (text.dataset.state === "read") return;
  const found = await asked(id);
  text.dataset.state = found.reading;
  text.textContent = found.text || (found.reading === "read" ? "No text was found in it." : SAYS[found.reading]);
  const goesOn = ["waiting", "reading"].includes(found.reading);
  if (goesOn && box.open && box.isConnected) setTimeout(show, AGAIN, box, id);
}

async function asked(id) {
  try {
    const answer = await fetch(`/api/agent/images/${id}/`);
    return answer.ok ? await answer.json() : { reading: "failed", text: "" };
  } catch {
    return { reading: "failed", text: "" };
  }
}
