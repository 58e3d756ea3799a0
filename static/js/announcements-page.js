// Where agents announce, and see how far it got while it does.
import "connection-line";
import "theme-switch";
import { Connection } from "connection";
import { newId } from "outbox";
import { cloneElement, part } from "template";
import { exactTime } from "times";

const at = (id) => document.getElementById(id);
const form = at("form");
const { api } = document.body.dataset;
const scheme = location.protocol === "https:" ? "wss" : "ws";
const connection = new Connection(() => `${scheme}://${location.host}/ws/agent/`);
const TONES = { live: "good", scheduled: "accent" };
const rows = new Map(); // id -> element
let editing = null; // the announcement whose words are in the form
let clientId = newId(); // the same one for a second try

// ── the list ──

function show(announcements) {
  const ids = new Set(announcements.map((one) => one.id));
  for (const [id, row] of rows) if (!ids.has(id)) (row.remove(), rows.delete(id));
  for (const one of announcements.toReversed()) {
    if (!rows.has(one.id)) {
      rows.set(one.id, cloneElement("announced-template"));
      at("list").prepend(rows.get(one.id));
    }
    fill(rows.get(one.id), one);
  }
  at("empty").textContent = announcements.length ? "" : "Nothing has been announced yet.";
}

function fill(row, one) {
  part(row, "dot").dataset.tone = TONES[one.state] ?? "";
  part(row, "state").textContent = stateWords(one);
  part(row, "text").textContent = one.text;
  part(row, "counts").textContent = countWords(one);
  const isOver = one.state === "withdrawn";
  part(row, "edit").hidden = part(row, "withdraw").hidden = isOver;
  part(row, "edit").onclick = () => edit(one);
  part(row, "withdraw").onclick = (event) => withdraw(one, event.currentTarget);
}

function stateWords({ state, audience, assistant, form: shape, timestamp, expires_at: expires, from }) {
  const when = state === "scheduled" ? `from ${exactTime(timestamp)}` : "";
  const until = expires && state !== "withdrawn" ? `until ${exactTime(expires)}` : "";
  const how = shape === "banner" ? "banner" : "in the thread";
  return [state, `to ${audience}${assistant ? ` of ${assistant}` : ""}`, how, when, until, from && `by ${from}`].filter(Boolean).join(" · ");
}

function countWords({ audience, counts }) {
  const devices = counts.devices ? `sent to ${counts.devices} devices` : "";
  const shown = `${counts.reached} reached, ${counts.seen} seen, ${counts.dismissed} put away`;
  return [audience === "devices" ? "" : shown, devices].filter(Boolean).join(" · ") || "sent to 0 devices";
}

// ── what is done ──

async function ask(method, path, body) {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? "Something went wrong. Try again.");
}

async function attempt(act) {
  at("problem").textContent = "";
  at("send").disabled = true;
  try {
    await act();
  } catch (error) {
    const isNetwork = error instanceof TypeError;
    at("problem").textContent = isNetwork ? "No connection: nothing was sent. Try again." : error.message;
  }
  at("send").disabled = false;
}

function submit(event) {
  event.preventDefault();
  const { text, audience, form: shape, starts_at: starts, expires_at: expires } = form.elements;
  const said = {
    text: text.value,
    form: shape.value,
    expires_at: moment(expires.value),
    ...(starts.value ? { starts_at: moment(starts.value) } : {}),
  };
  attempt(async () => {
    if (editing) await ask("PATCH", `${editing.id}/`, said);
    else await ask("POST", "", { ...said, ...toWhom(audience), client_id: clientId });
    stopEditing();
  });
}

/** An assistant's customers are customers, narrowed. */
function toWhom(choice) {
  const { assistant } = choice.selectedOptions[0].dataset;
  return { audience: choice.value, ...(assistant ? { assistant } : {}) };
}

function edit(one) {
  editing = one;
  const { text, audience, form: shape, starts_at: starts, expires_at: expires } = form.elements;
  text.value = one.text;
  audience.value = one.audience;
  shape.value = one.form;
  starts.value = one.state === "scheduled" ? local(one.timestamp) : "";
  expires.value = local(one.expires_at);
  audience.disabled = true;
  starts.disabled = one.state !== "scheduled";
  at("form-title").textContent = "Change the announcement";
  at("send").textContent = "Save";
  at("cancel").hidden = false;
  text.focus();
}

function stopEditing() {
  editing = null;
  clientId = newId();
  form.reset();
  form.elements.audience.disabled = form.elements.starts_at.disabled = false;
  at("form-title").textContent = "New announcement";
  at("send").textContent = "Announce";
  at("cancel").hidden = true;
}

/** Asks once more, in place: it leaves every screen. */
function withdraw(one, button) {
  if (button.dataset.sure !== "yes") {
    button.dataset.sure = "yes";
    button.textContent = "Really withdraw?";
    setTimeout(() => ((button.dataset.sure = ""), (button.textContent = "Withdraw")), 4_000);
    return;
  }
  attempt(() => ask("POST", `${one.id}/withdraw/`, {}));
}

// ── times: the form's are the browser's own, the server's have a zone ──

function moment(value) {
  return value ? new Date(value).toISOString() : null;
}

function local(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

form.addEventListener("submit", submit);
at("cancel").addEventListener("click", stopEditing);
connection.addEventListener("open", () => connection.send({ type: "announcements" }));
connection.addEventListener("frame", ({ detail }) => {
  if (detail.type === "announcement_list") show(detail.announcements);
  if (detail.type === "error") at("problem").textContent = detail.detail;
});
at("connection").watch(connection);
connection.start();
