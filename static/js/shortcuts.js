// Single keys for agents; none while one writes, or with a modifier held.

/** `actions` maps a key to what it does. */
export function listen(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isWriting(event.target)) return leave(event);
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function isWriting(target) {
  return target.closest?.("input, textarea, select, [contenteditable]");
}

/** Escape leaves the field, so that the keys count again. */
function leave(event) {
  if (event.key === "Escape") event.target.blur();
}
