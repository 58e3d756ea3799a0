// The agents' page: one socket for the lists and the open conversation.
import "announcements-element";
import "beside-element";
import "connection-line";
import "conversation-element";
import "lists-element";
import "theme-switch";
import { Availability } from "availability";
import { chooseColleague, confirmTaking, showKeys } from "colleague-dialogs";
import { Connection } from "connection";
import { actionsOf } from "conversation-actions";
import { Desk } from "desk";
import { newId, Outbox, previews } from "outbox";
import { Reading } from "reading";
import { Route } from "route";
import { listen } from "shortcuts";
import { countMessage } from "title";

const { username, dashboardAddress, conversationAddress } = document.body.dataset;
const at = (id) => document.getElementById(id);
const lists = at("lists");
const pane = at("conversation");
const beside = at("beside");

const scheme = location.protocol === "https:" ? "wss" : "ws";
const NOT_THERE = "There is no conversation at this address. Pick one from the lists.";
const whose = encodeURIComponent(username);
const connection = new Connection(() => `${scheme}://${location.host}/ws/agent/?whose=${whose}`);
const route = new Route({ dashboard: dashboardAddress, conversation: conversationAddress });
const desk = new Desk();
const outbox = new Outbox(`agent:${username}`, (frame) => connection.send(frame), uploadAddress);
const reading = new Reading(pane.element, (frame) => tell(frame));
const subscribed = new Set(); // conversations whose frames we get
const commands = new Map(); // command id -> conversation it was for

function uploadAddress({ conversation }) {
  return `/api/agent/conversation/${encodeURIComponent(conversation)}/images/`;
}

/** Sends a frame about the open conversation. */
function tell(frame) {
  return connection.send({ ...frame, conversation: pane.conversation });
}

// Which conversation is open.

function followRoute() {
  const id = route.conversation;
  document.body.dataset.pane = route.pane;
  if (id !== pane.conversation) openConversation(id);
  pane.hidden = !id;
  at("nothing-open").hidden = Boolean(id);
}

function openConversation(id) {
  pane.show(id, desk);
  beside.clear();
  lists.open = id;
  showPending();
  if (id) subscribe();
  letGo();
}

function subscribe() {
  const after = pane.thread.last;
  if (tell({ type: "open", ...(after ? { after } : {}) })) subscribed.add(pane.conversation);
}

/** A conversation left behind is still listened to until its last reply is acknowledged. */
function letGo() {
  const kept = new Set(outbox.items.map((item) => item.frame.conversation));
  for (const id of subscribed) {
    if (id === pane.conversation || kept.has(id)) continue;
    connection.send({ type: "close", conversation: id });
    subscribed.delete(id);
  }
}

// What comes in.

function take(frame) {
  countNews(frame);
  desk.take(frame);
  acknowledge(frame);
  if (frame.type === "lists") pane.showStatus();
  if (frame.type === "error") return refused(frame);
  if (frame.type === "done") commands.delete(frame.id);
  if (frame.conversation && frame.conversation === pane.conversation) takeOpen(frame);
}

function takeOpen(frame) {
  pane.take(frame);
  if (frame.type === "sentiment") beside.showSentiment(frame);
  if (frame.customer) beside.show(pane.conversation, frame, (id) => route.addressOf(id));
  if (frame.type !== "history") return;
  reading.startFrom(0);
  showPending();
}

function acknowledge(frame) {
  if (frame.type === "message") outbox.acknowledge(frame.client_id);
  else if (frame.messages) frame.messages.forEach((one) => outbox.acknowledge(one.client_id));
  if (frame.type === "history") outbox.caughtUp((item) => item.conversation === frame.conversation);
}

/** What customers wrote to me or to nobody yet, while I looked away. */
function countNews(frame) {
  if (frame.type !== "conversations") return;
  for (const summary of frame.conversations) {
    const concerns = ["mine", "waiting"].includes(desk.sectionOf(summary));
    if (concerns && (summary.unread ?? 0) > desk.unreadOf(summary.conversation)) countMessage();
  }
}

function refused(frame) {
  if (outbox.refuse(frame)) return;
  const conversation = commands.get(frame.id) ?? frame.conversation;
  commands.delete(frame.id);
  if (conversation && conversation !== pane.conversation) return;
  if (frame.code === "taken") takeFrom(frame.agent);
  else pane.problem = frame.code === "not_found" && !pane.status ? NOT_THERE : frame.detail;
}

// What the agent does.

function command(type, more = {}) {
  const id = newId();
  pane.problem = "";
  commands.set(id, pane.conversation);
  const sent = tell({ type, id, client_id: id, ...more });
  if (!sent) pane.problem = "No connection: nothing was changed. Try again when it is back.";
}

async function takeFrom(name) {
  const conversation = pane.conversation;
  const sure = await confirmTaking(name);
  if (sure && conversation === pane.conversation) command("take_over", { confirm: true });
}

async function transfer() {
  const conversation = pane.conversation;
  const colleagues = desk.colleagues.filter((one) => !desk.isMe(one));
  const to = await chooseColleague(colleagues);
  if (to && conversation === pane.conversation) command("transfer", { to });
}

const ACTS = {
  take_over: () => (pane.section === "others" ? takeFrom(pane.status.agent.name) : command("take_over")),
  hand_back: () => command("hand_back"),
  resolve: () => command("resolve"),
  transfer,
};

/** A key's action, if the open conversation allows it now. */
function act(name) {
  const allowed = actionsOf(pane.section).some((action) => action.name === name);
  if (allowed) ACTS[name]();
}

function step(by) {
  const id = lists.neighbour(by);
  if (id) route.open(id);
}

function write({ detail: { text, pictures, note, draft } }) {
  const more = { ...(note ? { note } : {}), ...(draft ? { draft } : {}) };
  outbox.add({ type: "message", conversation: pane.conversation, message: text, ...more }, pictures);
}

/** The bot's draft goes out as one's own message, and the conversation is one's own then. */
function sendDraft() {
  const seq = pane.draft;
  if (seq && ["waiting", "mine"].includes(pane.section)) command("send_draft", { seq });
}

function showPending() {
  const items = outbox.items.filter((item) => item.frame.conversation === pane.conversation);
  pane.element.showPending(items, (item) => ({
    sender: "agent",
    name: desk.me.name,
    content: item.frame.message,
    note: item.frame.note,
    attachments: previews(item),
    client_id: item.client_id,
    timestamp: new Date(item.at).toISOString(),
  }));
}

listen({
  t: () => act("take_over"),
  e: () => act("resolve"),
  h: () => act("hand_back"),
  x: () => act("transfer"),
  j: () => step(1),
  k: () => step(-1),
  r: () => (pane.setNoting(false), pane.focusComposer()),
  d: sendDraft,
  n: () => (pane.setNoting(true), pane.focusComposer()),
  1: () => pane.insertAnswer(0),
  2: () => pane.insertAnswer(1),
  3: () => pane.insertAnswer(2),
  Escape: () => route.open(""),
  "?": showKeys,
});

connection.addEventListener("open", () => {
  subscribed.clear();
  connection.send({ type: "lists" });
  if (pane.conversation) subscribe();
  outbox.resume();
});
connection.addEventListener("frame", (event) => take(event.detail));
for (const type of ["down", "ended"]) connection.addEventListener(type, () => outbox.pause());
outbox.addEventListener("change", () => (showPending(), letGo()));
outbox.addEventListener("progress", ({ detail }) => pane.element.showProgress(detail.clientId, detail.share));
new Availability(at("availability"), desk, (frame) => connection.send(frame));
desk.addEventListener("change", () => pane.conversation && pane.showStatus());
route.addEventListener("change", followRoute);
lists.addEventListener("open", (event) => route.open(event.detail));
lists.addEventListener("more", (event) => connection.send(event.detail));
beside.addEventListener("open", (event) => route.open(event.detail));
pane.addEventListener("ask", (event) => tell(event.detail));
pane.addEventListener("act", (event) => act(event.detail));
pane.addEventListener("write", write);
pane.addEventListener("send-draft", sendDraft);
pane.addEventListener("again", (event) => outbox.again(event.detail));
pane.addEventListener("discard", (event) => outbox.discard(event.detail));
at("keys").addEventListener("click", showKeys);
for (const link of document.querySelectorAll("[data-to-lists]")) {
  link.addEventListener("click", (event) => (event.preventDefault(), route.open("")));
}

lists.show(desk, (id) => route.addressOf(id));
at("connection").watch(connection);
at("announcements").watch(connection);
followRoute();
connection.start();
