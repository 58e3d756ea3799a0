// Who answers now, in the customer's words.
import { ordinal } from "times";

/**
 * {tone, short, long} of a status frame; long is "" where the header says it all. `personAnswers`:
 * the assistant only drafts, for agents.
 */
export function statusWords(status, personAnswers = false) {
  if (status.status === "open") return status.agent ? withAgent(status.agent) : waiting(status.queue);
  if (status.status === "resolved") return RESOLVED;
  return personAnswers ? PERSON : BOT;
}

const BOT = { tone: "", short: "The bot answers", long: "" };
const PERSON = { tone: "", short: "A person answers", long: "" };
const RESOLVED = { tone: "good", short: "Resolved", long: "This is resolved. Just write if there is more." };

function withAgent(name) {
  return { tone: "good", short: `${name} answers`, long: "" };
}

const NOBODY = "Nobody is at the desk right now. You can go on writing.";
const SOON = "A person will answer here. You can go on writing.";

function waiting(queue) {
  if (queue?.opens) return closed(queue.opens.words);
  const inLine = queue && queue.agents_online !== 0;
  if (!inLine) return { tone: "warn", short: "Waiting for a person", long: queue ? NOBODY : SOON };
  const isNext = queue.position === 1;
  const wait = queue.minutes ? `about ${queue.minutes} min` : "";
  const short = ["Waiting", isNext ? "next" : ordinal(queue.position), wait];
  const place = [isNext ? "next" : `${ordinal(queue.position)} in line`, wait];
  return { tone: "warn", short: said(short, " · "), long: `You are ${said(place, ", ")}. You can go on writing.` };
}

function closed(when) {
  const long = `The desk is closed and opens again ${when}. You can go on writing.`;
  return { tone: "warn", short: "Closed, a person answers later", long };
}

function said(parts, separator) {
  return parts.filter(Boolean).join(separator);
}
