// The customer's page: one socket, one thread, one outbox.
import "announcements-element";
import "composer-element";
import "connection-line";
import "theme-switch";
import "thread-element";
import { Connection } from "connection";
import { Greeting } from "greeting";
import { newId, Outbox, previews } from "outbox";
import { Ratings } from "ratings";
import { Reading } from "reading";
import { statusWords } from "status-words";
import { Thread } from "thread";
import { countMessage } from "title";

const label = document.body.dataset.label;
const at = (id) => document.getElementById(id);
const element = at("thread");
const personButton = at("person");

const connection = new Connection(address);
const thread = new Thread(element, (frame) => connection.send(frame));
// Whoever uses this browser next does not send what this visitor left unsent.
const outbox = new Outbox(`${document.body.dataset.whose}:${label}`, (frame) => connection.send(frame), uploadAddress);
const reading = new Reading(element, (frame) => connection.send(frame));
const ratings = new Ratings(element, (frame) => connection.send(frame));
const greeting = new Greeting(element.querySelector('[data-part="start"]'));
let personWanted = null; // the client id of a request that is not answered yet
let toldToWait = false; // too many messages at once: what is written meanwhile goes later
let version = -1;

function address() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const after = thread.last ? `?after=${thread.last}` : "";
  return `${scheme}://${location.host}/ws/chat/${encodeURIComponent(label)}/${after}`;
}

function uploadAddress() {
  return `/api/conversation/${encodeURIComponent(label)}/images/`;
}

const HANDLERS = {
  history(frame) {
    greeting.show(frame.desk);
    version = -1;
    showStatus(frame.status);
    element.readByOthers = frame.read?.agent ?? 0;
    reading.startFrom(frame.read?.customer ?? 0);
    ratings.history(frame.ratings ?? {});
    frame.messages.forEach((message) => outbox.acknowledge(message.client_id));
    if (frame.after !== undefined) frame.messages.filter(isOthers).forEach(countMessage);
    outbox.resume();
    askForPersonAgain(frame.status);
  },
  messages: (frame) => frame.messages.forEach(arrived),
  message: arrived,
  status: showStatus,
  read: (frame) => frame.who === "agent" && (element.readByOthers = frame.through),
  ratings: (frame) => ratings.take(frame.ratings),
  typing: (frame) => (element.typing = frame.on),
  error: refused,
};

function take(frame) {
  thread.take(frame);
  HANDLERS[frame.type]?.(frame);
  updateStart();
}

function arrived(message) {
  outbox.acknowledge(message.client_id);
  if (isOthers(message)) return countMessage();
  if (toldToWait) at("problem").textContent = "";
  toldToWait = false;
}

function isOthers(message) {
  return message.sender !== "customer";
}

function refused(frame) {
  const isMessage = outbox.refuse(frame);
  if (isMessage && !frame.retry_after) return; // told at the message itself, or tried again soon
  toldToWait = isMessage;
  ratings.refuse(frame);
  if (frame.id === personWanted) personWanted = null;
  at("problem").textContent = frame.detail;
}

function showStatus(status) {
  if (status.version < version) return;
  version = status.version ?? version;
  const says = statusWords(status);
  at("status-dot").dataset.tone = says.tone;
  at("status").textContent = says.short;
  at("person-words").textContent = says.long;
  const canAsk = status.status !== "open";
  personButton.hidden = !canAsk;
  at("person-bar").hidden = !canAsk && !says.long;
  at("back").hidden = canAsk || Boolean(status.agent);
  element.toggleAttribute("data-offers", canAsk);
  if (!canAsk) personWanted = null;
  if (status.status !== "bot") element.typing = false;
}

/** A request that went out on a connection that then broke. */
function askForPersonAgain(status) {
  if (personWanted && status.status !== "open") sendPerson();
}

function askForPerson() {
  at("problem").textContent = "";
  personWanted ??= newId();
  sendPerson();
}

function sendPerson() {
  connection.send({ type: "person", client_id: personWanted, id: personWanted });
}

function leaveQueue() {
  const id = newId();
  const sent = connection.send({ type: "bot", client_id: id, id });
  at("problem").textContent = sent ? "" : "No connection. Try again when it is back.";
}

function say(frame, pictures) {
  if (!toldToWait) at("problem").textContent = "";
  outbox.add(frame, pictures);
}

function updateStart() {
  greeting.update({ start: element.dataset.complete === "yes", empty: element.isEmpty });
}

function showPending() {
  element.showPending(outbox.items, (item) => ({
    sender: "customer",
    content: item.frame.message,
    choice: item.frame.choice,
    attachments: previews(item),
    client_id: item.client_id,
    timestamp: new Date(item.at).toISOString(),
  }));
  updateStart();
}

connection.addEventListener("frame", (event) => take(event.detail));
for (const type of ["down", "ended"]) connection.addEventListener(type, () => outbox.pause());
outbox.addEventListener("change", showPending);
greeting.addEventListener("ask", (event) => say({ message: event.detail }));
outbox.addEventListener("progress", ({ detail }) => element.showProgress(detail.clientId, detail.share));
at("composer").addEventListener("write", ({ detail }) => say({ message: detail.text }, detail.pictures));
element.addEventListener("earlier", () => thread.askForEarlier());
element.addEventListener("again", (event) => outbox.again(event.detail));
element.addEventListener("discard", (event) => outbox.discard(event.detail));
element.addEventListener("choose", ({ detail }) => say({ message: detail.title, choice: detail.entry }));
element.addEventListener("person", askForPerson);
personButton.addEventListener("click", askForPerson);
at("back").addEventListener("click", leaveQueue);

showPending();
at("connection").watch(connection);
at("announcements").watch(connection, element);
connection.start();
if (matchMedia("(pointer: fine)").matches) at("composer").focus();
