// Questions before something happens to a colleague's conversation or one goes to a colleague.
import { cloneElement, part } from "template";

/** Whether to take a conversation from `name`. */
export async function confirmTaking(name) {
  const dialog = cloneElement("taking-dialog-template");
  part(dialog, "name").textContent = name;
  part(dialog, "told").textContent = name;
  return (await ask(dialog)) === "yes";
}

/** The username to hand a conversation to, or "". */
export async function chooseColleague(colleagues) {
  const dialog = cloneElement("transfer-dialog-template");
  const select = part(dialog, "colleague");
  const whoIsHereFirst = [...colleagues].sort((one, other) => other.online - one.online);
  const options = whoIsHereFirst.map(({ username, name, online }) => {
    return new Option(`${name}${online ? "" : " (away)"}`, username);
  });
  select.append(...options);
  part(dialog, "form").hidden = !colleagues.length;
  part(dialog, "nobody").hidden = colleagues.length > 0;
  part(dialog, "yes").hidden = !colleagues.length;
  return (await ask(dialog)) === "yes" ? select.value : "";
}

/** The list of keys. */
export function showKeys() {
  return ask(cloneElement("keys-dialog-template"));
}

function ask(dialog) {
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}
