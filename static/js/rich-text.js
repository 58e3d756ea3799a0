// An answer's Markdown as elements, from the tree that faq/markdown.py makes of it: a node is a
// text, or [tag, children, attributes?]. What the tree may hold stands here once more.
import { linked } from "message-text";
import { outwardLink, webAddress } from "template";

const TAGS = new Set(["p", "ul", "ol", "li", "strong", "em", "code", "pre"]);
const MAIL = /^mailto:[^\s]+$/i;

/** The nodes of a tree; bare addresses in its texts are links too. */
export function richNodes(tree) {
  return tree.flatMap((node) => (typeof node === "string" ? linked(node) : element(node)));
}

function element([tag, children, attributes = {}]) {
  if (tag === "a") return link(attributes.href, children);
  if (!TAGS.has(tag)) return richNodes(children);
  const built = document.createElement(tag);
  if (tag === "ol" && Number.isInteger(attributes.start)) built.start = attributes.start;
  if (tag === "pre") built.tabIndex = 0; // it may scroll sideways, also by keyboard
  built.append(...(tag === "code" ? children : richNodes(children)));
  return built;
}

function link(address, children) {
  const safe = webAddress(address) ?? (MAIL.test(address) ? address : null);
  if (!safe) return richNodes(children);
  const built = outwardLink(safe, "");
  built.append(...children.flatMap((node) => (typeof node === "string" ? node : element(node))));
  return built;
}
