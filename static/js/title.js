// The tab's title counts what came while one looked away.

const plain = document.title;
let away = 0;

function show() {
  document.title = away ? `(${away}) ${plain}` : plain;
}

export function isLookingAway() {
  return document.hidden || !document.hasFocus();
}

/** Somebody else's message came. */
export function countMessage() {
  if (!isLookingAway()) return;
  away += 1;
  show();
}

function back() {
  if (isLookingAway()) return;
  away = 0;
  show();
}

window.addEventListener("focus", back);
document.addEventListener("visibilitychange", back);
