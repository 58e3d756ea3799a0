// The customer's page: one socket, one thread, one outbox.
import "announcements-element";
import "assistant-choice";
import "composer-element";
import "connection-line";
import "contact-element";
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
import { Telling } from "typing";

const label = document.body.dataset.label;
const at = (id) => document.getElementById(id);
const element = at("thread");
const personButton = at("person");
const contact = at("contact");

const connection = new Connection(address);
const thread = new Thread(element, (frame) => connection.send(frame));
// Whoever uses this browser next does not send what this visitor left unsent.
const outbox = new Outbox(`${document.body.dataset.whose}:${label}`, (frame) => connection.send(frame), uploadAddress);
const reading = new Reading(element, (frame) => connection.send(frame));
const ratings = new Ratings(element, (frame) => connection.send(frame));
const telling = new Telling((frame) => connection.send(frame));
const greeting = new Greeting(element.querySelector('[data-part="start"]'));
let personWanted = null; // the client id of a request that is not answered yet
let toldToWait = false; // too many messages at once: what is written meanwhile goes later
let version = -1;
let status = null; // the newest STATUS
let leaving = null; // the id of the command that leaves an address

function address() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = new URLSearchParams({ whose: document.body.dataset.whose });
  if (thread.last) query.set("after", thread.last);
  return `${scheme}://${location.host}/ws/chat/${encodeURIComponent(label)}/?${query}`;
}

function uploadAddress() {
  return `/api/conversation/${encodeURIComponent(label)}/images/`;
}

const HANDLERS = {
  history(frame) {
    greeting.show(frame.desk);
    at("assistant").show(frame.assistant, frame.assistants);
    contact.sendsEmail = frame.desk.sends_email;
    contact.left = { name: frame.you.name, email: frame.you.email ?? "" };
    version = -1;
    showStatus(frame.status);
    element.readByOthers = frame.read?.agent ?? 0;
    reading.startFrom(frame.read?.customer ?? 0);
    ratings.history(frame.ratings ?? {});
    frame.messages.forEach((message) => outbox.acknowledge(message.client_id));
    outbox.caughtUp();
    if (frame.after !== undefined) frame.messages.filter(isOthers).forEach(countMessage);
    outbox.resume();
    askForPersonAgain(frame.status);
  },
  messages: (frame) => frame.messages.forEach(arrived),
  message: arrived,
  status: showStatus,
  read: (frame) => frame.who === "agent" && (element.readByOthers = frame.through),
  ratings: (frame) => ratings.take(frame.ratings),
  contact: ({ name, email }) => (contact.left = { name, email }),
  typing: (frame) => element.showTyping(frame),
  stream: (frame) => element.stream(frame),
  error: refused,
};

function take(frame) {
  thread.take(frame);
  HANDLERS[frame.type]?.(frame);
  updateStart();
}

function arrived(message) {
  outbox.acknowledge(message.client_id);
  if (message.event === "assistant") showAssistant(message.assistant);
  if (isOthers(message)) return countMessage();
  if (toldToWait) at("problem").textContent = "";
  toldToWait = false;
}

function showAssistant(assistant) {
  at("assistant").now = assistant;
  showStatus(status);
}

function isOthers(message) {
  return message.sender !== "customer";
}

function refused(frame) {
  if (frame.id && frame.id === leaving) return (contact.problem = frame.detail);
  const isMessage = outbox.refuse(frame);
  if (isMessage && !frame.retry_after) return; // told at the message itself, or tried again soon
  toldToWait = isMessage;
  ratings.refuse(frame);
  if (frame.id === personWanted) personWanted = null;
  at("problem").textContent = frame.detail;
}

function showStatus(newest) {
  if (newest.version < version) return;
  status = newest;
  version = status.version ?? version;
  const says = statusWords(status, at("assistant").personAnswers);
  at("status-dot").dataset.tone = says.tone;
  at("status").textContent = says.short;
  at("person-words").textContent = says.long;
  const canAsk = status.status !== "open";
  personButton.hidden = !canAsk;
  at("person-bar").hidden = !canAsk && !says.long;
  at("back").hidden = canAsk || Boolean(status.agent);
  contact.update({ waits: status.status === "open" && !status.agent, nobody: status.queue?.agents_online === 0 });
  element.toggleAttribute("data-offers", canAsk);
  if (!canAsk) personWanted = null;
  if (status.status !== "bot") element.stopTyping("bot");
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

function chooseAssistant(slug) {
  const id = newId();
  const sent = connection.send({ type: "assistant", assistant: slug, client_id: id, id });
  at("problem").textContent = sent ? "" : "No connection. Try again when it is back.";
}

function leaveContact({ name, email }) {
  leaving = newId();
  const sent = connection.send({ type: "contact", name, email, id: leaving });
  contact.problem = sent ? "" : "No connection. Try again when it is back.";
}

function say(frame, pictures) {
  if (!toldToWait) at("problem").textContent = "";
  telling.sent();
  outbox.add(frame, pictures);
}

function updateStart() {
  greeting.update({ start: element.dataset.complete === "yes", empty: element.isEmpty });
}

/** Two tabs opened at once on a first visit are two sessions, and the browser keeps one of them. */
function loadAgain(code) {
  const isUntouched = !thread.last && outbox.items.length === 0;
  if (code !== 4001 || !isUntouched || history.state?.loadedAgain) return;
  history.replaceState({ loadedAgain: true }, "");
  location.reload();
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
connection.addEventListener("ended", ({ detail }) => loadAgain(detail));
outbox.addEventListener("change", showPending);
greeting.addEventListener("ask", (event) => say({ message: event.detail }));
outbox.addEventListener("progress", ({ detail }) => element.showProgress(detail.clientId, detail.share));
at("composer").addEventListener("write", ({ detail }) => say({ message: detail.text }, detail.pictures));
at("composer").addEventListener("typing", (event) => telling.typed(event.detail));
element.addEventListener("earlier", () => thread.askForEarlier());
element.addEventListener("again", (event) => outbox.again(event.detail));
element.addEventListener("discard", (event) => outbox.discard(event.detail));
element.addEventListener("choose", ({ detail }) => say({ message: detail.title, choice: detail.entry }));
element.addEventListener("person", askForPerson);
element.addEventListener("ask", (event) => say({ message: event.detail }));
element.addEventListener("stop", () => connection.send({ type: "stop" }));
personButton.addEventListener("click", askForPerson);
at("assistant").addEventListener("choose", (event) => chooseAssistant(event.detail));
at("back").addEventListener("click", leaveQueue);
contact.addEventListener("leave", (event) => leaveContact(event.detail));

showPending();
at("connection").watch(connection);
at("announcements").watch(connection, element);
connection.start();
if (matchMedia("(pointer: fine)").matches) at("composer").focus();
