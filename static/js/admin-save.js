// A form of the admin is sent only where it will be taken: Django answers a session that has ended by
// its page to log in, and what was typed would be gone. It stays in the page, and nowhere else, so that
// a log out leaves nothing of it in the browser.

const PATIENCE = 20_000; // ms
const AWAY = "The help desk does not answer. Save again in a moment.";
const login = document.querySelector("meta[name=admin-login]").content;

/** What keeps the form from being taken, as nodes for whoever saves; null: nothing does. */
async function hindrance() {
  let answer;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    answer = await fetch(location.href, { cache: "no-store", signal });
  } catch {
    return [AWAY];
  }
  if (answer.redirected && new URL(answer.url).pathname === login) {
    return ["You are logged out. ", loginLink(), ", then come back to this one and save again."];
  }
  // What stands before the desk answers for it while it is away.
  if (answer.status >= 500) return [AWAY];
  if (answer.redirected || answer.status === 404) return ["This is not there any more: somebody has deleted it."];
  if (answer.status === 403) return ["Who is logged in here now may not change this."];
  return null;
}

function loginLink() {
  const link = document.createElement("a");
  return Object.assign(link, { href: login, target: "_blank", textContent: "Log in in a new tab" });
}

function tell(form, nodes) {
  form.querySelector(":scope > .not-saved")?.remove();
  const note = document.createElement("p");
  note.className = "errornote not-saved";
  note.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.append("Not saved: what you typed is still here. ", ...nodes);
  note.append(text);
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
}

/** A log in since has made the page's tokens void. */
function renewTokens() {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
}

let isAsking = false;
let isSending = false;

// Before every other listener: whoever hears of a form that is sent takes it for saved.
addEventListener("submit", async (event) => {
  const form = event.target;
  if (isSending || form.method !== "post" || !form.closest("#content")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isAsking) return;
  isAsking = true;
  const nodes = await hindrance();
  isAsking = false;
  if (nodes) return tell(form, nodes);
  renewTokens();
  isSending = true;
  form.requestSubmit(event.submitter);
  isSending = false;
}, true);
