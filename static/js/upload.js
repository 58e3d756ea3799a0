// One picture over HTTP, with progress.

const RETRY = 3; // seconds
const LATER = new Set([0, 429, 500, 502, 503, 504]);

/**
 * {done, abort}: done gives {id} where the server has it, {retryAfter} (seconds) where it may
 * have it later, and {reason} where it does not want it. `progress` gets shares from 0 to 1.
 */
export function upload(address, blob, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(outcome(request)));
  });
  request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
  request.open("POST", address);
  request.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.send(blob);
  return { done, abort: () => request.abort() };
}

function outcome(request) {
  const answer = parsed(request.responseText);
  if (request.status === 201 && answer.id) return { id: answer.id };
  const isTomorrow = request.status === 429 && !answer.retry_after;
  if (LATER.has(request.status) && !isTomorrow) return { retryAfter: answer.retry_after ?? RETRY };
  return { reason: answer.message ?? "The picture was not taken." };
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** From the cookie, which a login in another window renews. */
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
