// <chat-composer draft="key">: grows to six lines; Enter sends, Shift+Enter breaks the line.
// Pictures come by button, by pasting, or dropped anywhere on the page.
// Events: "write" (detail: {text, pictures}, the pictures as the outbox takes them), "typing"
// (detail: whether there is something to send).
import { carriesFiles, picturesIn, PictureTray } from "picture-tray";
import { clone, part } from "template";
import { read, remove, write } from "storage";

const LONGEST = 4_000; // characters, as the server counts
const WARN_FROM = 3_600;

class ChatComposer extends HTMLElement {
  #problem = ""; // what is wrong with a picture

  connectedCallback() {
    if (this.hasChildNodes()) return;
    this.append(clone("composer-template"));
    this.text = part(this, "text");
    this.send = part(this, "send");
    this.note = part(this, "note");
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => this.#off && (this.disabled = true));
    part(this, "form").addEventListener("submit", (event) => this.#submit(event));
    this.#takePictures();
    this.draft = this.getAttribute("draft") ?? "";
  }

  /** The draft kept under this key comes back; "" keeps none. */
  set draft(key) {
    this.draftKey = key && `draft:${key}`;
    this.text.value = (this.draftKey && read(this.draftKey)) || "";
    this.tray.key = key;
    this.#problem = "";
    this.#changed();
  }

  set placeholder(words) {
    this.text.placeholder = words;
    this.text.setAttribute("aria-label", words);
  }

  /** Who is writing keeps the field: out of it, the next letters typed would be shortcuts. */
  set disabled(off) {
    const writing = this.text.matches(":focus");
    this.text.readOnly = off && writing;
    this.text.disabled = off && !writing;
    this.#changed();
  }

  get #off() {
    return this.text.disabled || this.text.readOnly;
  }

  focus() {
    this.text.focus();
  }

  /** Puts a text where the caret is, as a draft, apart from what stands before it. */
  insert(text) {
    if (this.#off) return;
    const { selectionStart, selectionEnd, value } = this.text;
    const gap = value.slice(0, selectionStart).trim() ? "\n\n" : "";
    this.text.focus();
    this.text.setRangeText(gap + text, gap ? selectionStart : 0, selectionEnd, "end");
    this.#changed();
  }

  /** The button, the clipboard, and whatever is dropped on the page. */
  #takePictures() {
    const megabytes = Number(document.body.dataset.imageMegabytes ?? 0);
    const file = part(this, "file");
    this.attach = part(this, "attach");
    this.attach.hidden = !megabytes;
    this.tray = new PictureTray(part(this, "pictures"), megabytes);
    this.tray.addEventListener("change", () => this.#changed());
    this.tray.addEventListener("problem", ({ detail }) => ((this.#problem = detail), this.#changed()));
    this.attach.addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      this.tray.add([...file.files]);
      file.value = ""; // the same file again is a change too
      this.text.focus();
    });
    if (!megabytes) return;
    this.text.addEventListener("paste", (event) => this.#taken(event, picturesIn(event.clipboardData)));
    window.addEventListener("dragover", (event) => this.#dragged(event));
    window.addEventListener("dragleave", (event) => event.relatedTarget || this.#dropping(false));
    window.addEventListener("drop", (event) => this.#dropped(event));
  }

  #taken(event, files) {
    if (!files.length || this.#off) return;
    event.preventDefault();
    this.tray.add(files);
  }

  #dragged(event) {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault(); // else the browser would leave the page for the file
    this.#dropping(!this.#off);
  }

  #dropped(event) {
    this.#dropping(false);
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (!this.#off) this.tray.add([...event.dataTransfer.files]);
  }

  #dropping(on) {
    this.toggleAttribute("data-dropping", on);
  }

  #typed() {
    this.#problem = ""; // read by now
    this.#changed();
    this.dispatchEvent(new CustomEvent("typing", { detail: Boolean(this.text.value.trim()) }));
  }

  #key(event) {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = storable(this.text.value).trim();
    const isEmpty = isBlank(text) && !this.tray.pictures.length;
    if (isEmpty || length(text) > LONGEST || this.#off) return;
    const pictures = this.tray.take();
    this.#problem = "";
    this.text.value = "";
    this.text.focus(); // after a click on Send, so that a phone's keyboard stays
    this.#changed();
    this.dispatchEvent(new CustomEvent("write", { detail: { text, pictures } }));
  }

  #changed() {
    const text = this.text.value;
    const over = length(text) - LONGEST;
    const isEmpty = isBlank(text) && !this.tray.pictures.length;
    this.send.disabled = isEmpty || over > 0 || this.#off;
    this.attach.disabled = this.#off;
    this.note.dataset.tone = over > 0 || this.#problem ? "bad" : "";
    this.note.textContent = length(text) > WARN_FROM ? room(over) : this.#problem;
    this.#grow();
    if (this.draftKey && text) write(this.draftKey, text);
    else if (this.draftKey) remove(this.draftKey);
  }

  /** Where CSS cannot size a field by its content. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }
}

function room(over) {
  const characters = Math.abs(over) === 1 ? "character" : "characters";
  return `${Math.abs(over)} ${characters} ${over > 0 ? "too long" : "left"}`;
}

/** Without what no database keeps, as a program's output may have it: NUL, half a character. */
function storable(text) {
  return text.replaceAll("\0", "").toWellFormed();
}

/** Whether there is nothing to see, as the server judges: zero-width characters are nothing. */
function isBlank(text) {
  return !/[^\p{Cc}\p{Cf}\p{Z}]/u.test(text);
}

/** Code points, not UTF-16 units. */
function length(text) {
  return Array.from(text).length;
}

customElements.define("chat-composer", ChatComposer);
