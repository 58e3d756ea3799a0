// Why the bot said what it said, for agents: a closed <details> under its answer.
import { cloneElement, part, words } from "template";

const OUTCOMES = {
  answer: "answered from the FAQ",
  suggest: "suggested",
  small_talk: "small talk",
  generated: "written by the model",
  template: "found no answer",
  handoff: "asked for a person",
  failed: "failed",
};
const SENT = { unchanged: "the bot’s draft", edited: "the bot’s draft, edited" };
const REASONS = ["rule", "handoff", "choice", "template", "error"];
const percent = (share) => `${Math.round(share * 100)} %`;

/** The element for one message's evidence: a bot turn's record, its search among it. */
export function evidence(record) {
  const box = cloneElement("evidence-template");
  const search = record.search ?? {};
  const hits = search.hits ?? [];
  const best = hits.length ? ` · best hit ${percent(hits[0].confidence)}` : "";
  part(box, "summary").textContent = `${OUTCOMES[record.outcome] ?? SENT[record.sent] ?? "evidence"}${best}`;
  show(part(box, "reason"), reasons(record));
  show(part(box, "wrote"), record.model ? `The model wrote: ${record.model.wrote}` : "");
  part(box, "hits").replaceChildren(...hits.map(hit));
  part(box, "hits").hidden = !hits.length;
  show(part(box, "engine"), facts(search));
  return box;
}

function show(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

function reasons(record) {
  const known = REASONS.filter((name) => record[name] !== undefined);
  const guard = record.model ? [`guard: ${record.model.guard}`] : [];
  return [...known.map((name) => `${name}: ${record[name]}`.replaceAll("_", " ")), ...guard].join(" · ");
}

function hit({ title, phrasing, confidence }) {
  const line = words("li", "hit", "");
  line.append(words("span", "hit-score", percent(confidence)), words("span", "hit-title", title));
  if (phrasing && phrasing !== title) line.append(words("span", "hit-phrasing", `“${phrasing}”`));
  return line;
}

function facts({ engine, milliseconds, answer_threshold: answer, suggest_threshold: suggest }) {
  const known = [
    engine,
    milliseconds !== undefined && `${Math.round(milliseconds)} ms`,
    answer !== undefined && `answers from ${percent(answer)}`,
    suggest !== undefined && `suggests from ${percent(suggest)}`,
  ];
  return known.filter(Boolean).join(" · ");
}
