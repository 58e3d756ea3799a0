// What a person wrote, as nodes: text, links that open apart, code between ``` lines.
// Nothing else is markup, and no string ever becomes HTML.
import { outwardLink, webAddress, words } from "template";

const LINK = /https?:\/\/[^\s<>"]+/gi;
const FENCE = /^```[^\n`]*\n([\s\S]*?)\n?```[^\S\n]*$/gm;
const EMOJI_ONLY = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\s]{1,24}$/u;

/** The nodes of a message's text. */
export function textNodes(text) {
  const nodes = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    nodes.push(...linked(text.slice(from, fence.index).replace(/\n$/, "")), codeBlock(fence[1]));
    from = fence.index + fence[0].length;
  }
  nodes.push(...linked(from ? text.slice(from).replace(/^\n/, "") : text));
  return nodes;
}

/** Whether a text is a few emoji and nothing else. */
export function isEmojiOnly(text) {
  return EMOJI_ONLY.test(text) && /\S/.test(text);
}

/** A text whose bare addresses are links. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = withoutTrailing(match[0]);
    if (!webAddress(address)) continue;
    nodes.push(text.slice(from, match.index), outwardLink(address, address));
    from = match.index + address.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** The address without the punctuation of the sentence around it. */
function withoutTrailing(address) {
  const bare = address.replace(/[.,;:!?'”’\]}*]+$/, "");
  return bare.endsWith(")") && !bare.includes("(") ? withoutTrailing(bare.slice(0, -1)) : bare;
}

function codeBlock(code) {
  const block = document.createElement("pre");
  block.tabIndex = 0; // it may scroll sideways, also by keyboard
  block.append(words("code", "", code));
  return block;
}
