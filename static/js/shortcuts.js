// Single keys for agents; none while one writes, or with a modifier held. Digits work with Alt too,
// and then also while one writes.

/** `actions` maps a key to what it does. */
export function listen(actions) {
  document.addEventListener("keydown", (event) => {
    if (isAltDigit(event)) return run(event, actions[event.code.at(-1)]);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isWriting(event.target)) return leave(event);
    run(event, actions[event.key]);
  });
}

function run(event, act) {
  if (!act || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
}

/** By its place: with Alt (⌥) a Mac writes other signs. AltGr counts as Ctrl and Alt. */
function isAltDigit(event) {
  const held = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  return held && !event.getModifierState("AltGraph") && /^Digit\d$/.test(event.code);
}

function isWriting(target) {
  return target.closest?.("input, textarea, select, [contenteditable]");
}

/** Escape leaves the field, so that the keys count again. */
function leave(event) {
  if (event.key === "Escape") event.target.blur();
}
