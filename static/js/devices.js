// The agents' page of the devices: kept fresh while it is looked at, and asks before it shuts out.
import "theme-switch";

const EVERY = 3000; // milliseconds

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

/** Puts what has changed into the page; not under somebody's fingers. */
async function refresh() {
  const isBusy = document.hidden || document.querySelector("[data-refreshed] :focus");
  if (isBusy) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload(); // logged out
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const piece of document.querySelectorAll("[data-refreshed]")) {
    const other = fresh.querySelector(`[data-refreshed="${piece.dataset.refreshed}"]`);
    if (other && seen(other) !== seen(piece)) piece.replaceChildren(...other.childNodes);
  }
}

/** What there is to see and to do in it; the CSRF tokens are other ones each time. */
function seen(piece) {
  const parts = [...piece.querySelectorAll("form, a, [data-tone]")];
  return [piece.textContent, ...parts.map((one) => one.action ?? one.href ?? one.dataset.tone)].join("\n");
}

setInterval(() => refresh().catch(() => {}), EVERY); // without a connection: at the next one
