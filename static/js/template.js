// Elements from the page's <template>s. Text goes in by textContent only.

/** A fresh copy of what the template with this id holds. */
export function clone(id) {
  return document.importNode(document.getElementById(id).content, true);
}

/** A fresh copy of the template's one element. */
export function cloneElement(id) {
  return clone(id).firstElementChild;
}

/** The element inside `root` with data-part="name". */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** An icon of templates/parts/icons.html. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** An element with a class and a text. */
export function words(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** `value` if it is an http(s) address, else null. */
export function webAddress(value) {
  if (typeof value !== "string" || !/^https?:\/\//i.test(value)) return null;
  return URL.canParse(value) ? value : null;
}

/** A link that opens apart. */
export function outwardLink(address, text) {
  const link = words("a", "", text);
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}
