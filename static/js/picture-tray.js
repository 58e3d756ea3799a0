// What is about to be sent with a message: pictures chosen, pasted or dropped, with small previews.
// Events: "change", "problem" (detail: words, "" for none).
import { previewOf, refusal, TYPES } from "picture-file";
import { cloneElement, part } from "template";

const MOST = 4; // of one message, as the server counts

export class PictureTray extends EventTarget {
  #shelves = new Map(); // draft key -> pictures; each conversation has its own
  #key = "";

  /** `place` shows them; `megabytes` is the largest that may be sent, 0 for none at all. */
  constructor(place, megabytes) {
    super();
    this.place = place;
    this.megabytes = megabytes;
  }

  get pictures() {
    return this.#shelves.get(this.#key) ?? [];
  }

  /** The pictures of another draft are shown. */
  set key(key) {
    this.#key = key;
    this.#show();
  }

  /** Takes what is there away, to be sent. */
  take() {
    const { pictures } = this;
    this.#put(this.#key, []);
    return pictures;
  }

  async add(files) {
    const key = this.#key;
    this.#problem("");
    for (const file of files) {
      const reason = await this.#addOne(key, file);
      if (reason) this.#problem(reason);
    }
  }

  /** Adds one; why it cannot be, or "". */
  async #addOne(key, file) {
    const reason = refusal(file, this.megabytes);
    if (reason) return reason;
    const before = this.#shelves.get(key) ?? [];
    if (before.length >= MOST) return `A message has at most ${MOST} pictures.`;
    try {
      const seen = await previewOf(file);
      this.#put(key, [...(this.#shelves.get(key) ?? []), { blob: file, ...seen }]);
      return "";
    } catch {
      return "This picture is damaged and cannot be opened.";
    }
  }

  #put(key, pictures) {
    this.#shelves.set(key, pictures);
    this.#show();
  }

  #show() {
    this.place.replaceChildren(...this.pictures.map((picture, index) => this.#item(picture, index)));
    this.place.hidden = !this.pictures.length;
    this.dispatchEvent(new CustomEvent("change"));
  }

  #item(picture, index) {
    const item = cloneElement("tray-picture-template");
    const image = part(item, "preview");
    image.src = picture.preview;
    image.alt = picture.blob.name ? `Picture ${picture.blob.name}` : `Picture ${index + 1}`;
    part(item, "remove").setAttribute("aria-label", `Remove picture ${index + 1}`);
    part(item, "remove").addEventListener("click", () => {
      this.#problem("");
      this.#put(this.#key, this.pictures.filter((one) => one !== picture));
    });
    return item;
  }

  #problem(words) {
    this.dispatchEvent(new CustomEvent("problem", { detail: words }));
  }
}

/** The pictures among what was pasted or dropped; none where text came with them. */
export function picturesIn(transfer) {
  if (!transfer) return [];
  const files = [...transfer.files];
  return transfer.types.includes("text/plain") ? [] : files.filter((file) => TYPES.includes(file.type));
}

/** Whether files are being dragged. */
export function carriesFiles(transfer) {
  return Boolean(transfer?.types.includes("Files"));
}
