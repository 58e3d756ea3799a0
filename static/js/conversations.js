// The members' page: one socket, the list of shared conversations, one of them open.
import "announcements-element";
import "composer-element";
import "connection-line";
import "theme-switch";
import "thread-element";
import { addressesIn, problemIn } from "addresses";
import { Connection } from "connection";
import { MemberAnnouncements } from "member-announcements";
import { Outbox } from "outbox";
import { Route } from "route";
import { fillRow, makeRow } from "row";
import { SharedThread } from "shared-thread";
import { countMessage, isLookingAway } from "title";

const { email, listAddress, conversationAddress } = document.body.dataset;
const at = (id) => document.getElementById(id);
const scheme = location.protocol === "https:" ? "wss" : "ws";
const address = `${scheme}://${location.host}/conversation/ws?email_id=${encodeURIComponent(email)}`;

const connection = new Connection(() => address);
const route = new Route({ dashboard: listAddress, conversation: conversationAddress });
const element = at("thread");
const thread = new SharedThread(email, element, (frame) => connection.send(frame));
const outbox = new Outbox(`member:${email}`, send);
const chats = new Map(); // config id -> what CHAT_LIST says of it
let isReadLater = false; // something came while the page was not looked at

/** An item of the outbox as a SEND: the client id belongs to the text. */
function send({ text, client_id: clientId, ...frame }) {
  const item = { text, sender: email, is_read: [email], client_id: clientId };
  return connection.send({ type: "SEND", id: clientId, ...frame, message: [item] });
}

const HANDLERS = {
  CHAT_LIST(data) {
    chats.clear();
    for (const chat of data) chats.set(chat.config_id, chat);
    showRows();
    if (thread.id) showHead();
    outbox.caughtUp((item) => !item.config_id);
  },
  RECEIVE(data) {
    if (data.config_id !== thread.id) return;
    data.message.forEach((item) => outbox.acknowledge(item.client_id));
    thread.received(data);
    if (data.page === 1) outbox.caughtUp((item) => item.config_id === data.config_id);
    noteRead(data.config_id, data.unread_msgs);
  },
  SEND(data) {
    const mine = data.message.filter((item) => item.sender === email);
    const isNew = !chats.has(data.config_id);
    noteSent(data);
    if (isNew && mine.some((item) => outbox.isSending(item.client_id))) route.open(data.config_id);
    mine.forEach((item) => outbox.acknowledge(item.client_id));
    if (data.config_id === thread.id) thread.sent(data);
    if (mine.length < data.message.length) arrived(data.config_id);
  },
  READ(data) {
    if (data.config_id === thread.id) thread.read(data);
    if (data.email === email) connection.send({ type: "CHAT_LIST", email });
  },
};

function take(frame) {
  if (frame.type === "ERROR") refused(frame);
  else HANDLERS[frame.type]?.(frame.data);
}

function refused(frame) {
  const isMessage = outbox.refuse({ ...frame, client_id: frame.id });
  if (!isMessage || frame.retry_after) at("problem").textContent = frame.detail;
}

function arrived(id) {
  countMessage();
  if (id !== thread.id) return;
  if (isLookingAway()) isReadLater = true;
  else thread.refresh();
}

function looked() {
  if (!isReadLater || isLookingAway() || !thread.id) return;
  isReadLater = false;
  thread.refresh();
}

// The list.

function noteSent({ config_id: id, subject, party, members, message }) {
  const before = chats.get(id) ?? { roles: {}, unread_msgs: 0 };
  const others = message.filter((item) => item.sender !== email).length;
  const last = message.at(-1);
  const unread = before.unread_msgs + others;
  chats.delete(id); // and to the front
  const chat = { ...before, config_id: id, subject, party, members, last_message: last, unread_msgs: unread };
  const rest = [...chats];
  chats.clear();
  for (const [key, value] of [[id, { ...chat, updated_at: last.created_at }], ...rest]) chats.set(key, value);
  showRows();
}

function noteRead(id, unread) {
  const chat = chats.get(id);
  if (chat) chat.unread_msgs = unread;
  showRows();
}

function titleOf(chat) {
  return chat.subject || chat.members.filter((one) => one !== email).join(", ") || email;
}

function showRows() {
  const rows = [...chats.values()].map((chat) => {
    const row = makeRow(chat.config_id, route.addressOf(chat.config_id));
    const last = chat.last_message;
    const said = last && { sender: "", text: `${last.sender === email ? "You" : last.sender}: ${last.text}`, timestamp: last.created_at };
    const summary = { name: titleOf(chat), last: said, updated_at: chat.updated_at };
    fillRow(row, { summary, section: "", unread: chat.unread_msgs, isOpen: chat.config_id === thread.id, now: Date.now() });
    row.firstElementChild.addEventListener("click", (event) => follow(event, chat.config_id));
    return row;
  });
  at("rows").replaceChildren(...rows);
  at("none").hidden = rows.length > 0;
  at("none").textContent = "You share no conversation yet.";
}

function follow(event, id) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  route.open(id);
}

// The open conversation.

function followRoute() {
  const id = route.conversation;
  document.body.dataset.pane = route.pane;
  at("conversation").hidden = !id;
  at("nothing-open").hidden = Boolean(id);
  if (id !== (thread.id ?? "")) open(id);
  showRows();
}

function open(id) {
  at("problem").textContent = "";
  thread.open(id);
  at("composer").draft = id ? `member:${email}:${id}` : "";
  showHead();
  showPending();
}

function showHead() {
  const chat = chats.get(thread.id);
  at("subject").textContent = chat ? titleOf(chat) : "Conversation";
  const named = (one) => (one === email ? "you" : withRole(one, chat.roles?.[one]));
  at("people").textContent = chat ? chat.members.map(named).join(", ") : "";
}

function withRole(one, role) {
  return role && role !== "other" ? `${one} (${role})` : one;
}

function showPending() {
  const items = outbox.items.filter((item) => thread.id && item.frame.config_id === thread.id);
  element.showPending(items, (item) => unsent(item, item.frame.text));
}

/** What has no conversation yet stands in the list: it has no thread to stand in. */
function showUnsent() {
  const items = outbox.items.filter((item) => !item.frame.config_id);
  at("unsent").replaceChildren(...items.map((item) => {
    const { members, text } = item.frame;
    const shown = document.createElement("chat-message");
    shown.show(unsent(item, `To ${members.join(", ")}:\n${text}`), "customer");
    shown.mark(item.failed ? "failed" : "pending", item.failed);
    return shown;
  }));
}

function unsent(item, content) {
  return {
    sender: "customer",
    content,
    client_id: item.client_id,
    timestamp: new Date(item.at).toISOString(),
  };
}

function start() {
  const members = addressesIn(at("with").value);
  outbox.add({ text: at("first").value, members, subject: at("about").value });
  at("form").reset();
}

connection.addEventListener("open", () => {
  connection.send({ type: "CHAT_LIST", email });
  if (thread.id) thread.refresh();
  outbox.resume();
});
connection.addEventListener("frame", (event) => take(event.detail));
for (const type of ["down", "ended"]) connection.addEventListener(type, () => outbox.pause());
outbox.addEventListener("change", showPending);
outbox.addEventListener("change", showUnsent);
route.addEventListener("change", followRoute);
element.addEventListener("earlier", () => thread.askForEarlier());
for (const place of [element, at("unsent")]) {
  place.addEventListener("again", (event) => outbox.again(event.detail));
  place.addEventListener("discard", (event) => outbox.discard(event.detail));
}
at("composer").addEventListener("write", ({ detail: { text } }) => {
  outbox.add({ text, config_id: thread.id, members: thread.members });
});
at("new").addEventListener("click", () => {
  at("dialog").returnValue = ""; // as it stays where Escape closes
  at("dialog").showModal();
});
// The browser says it at the field and keeps the form as it is.
at("with").addEventListener("input", ({ target }) => target.setCustomValidity(problemIn(target.value)));
at("dialog").addEventListener("close", () => at("dialog").returnValue && start());
for (const link of document.querySelectorAll("[data-to-lists]")) {
  link.addEventListener("click", (event) => follow(event, ""));
}
window.addEventListener("focus", looked);
document.addEventListener("visibilitychange", looked);

at("connection").watch(connection);
at("announcements").watch(new MemberAnnouncements(connection));
followRoute();
showUnsent();
connection.start();
