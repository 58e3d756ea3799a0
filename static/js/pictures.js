// The pictures of a message: small in the thread, large in a dialog, honest where they are broken.
import { fitted } from "picture-file";
import { pictureText } from "picture-text";
import { cloneElement, icon, part, words } from "template";

const SHOWN = { width: 320, height: 240 }; // CSS pixels

/** Shows a message's attachments in `place`; what was a preview there becomes the real one. */
export function showPictures(place, message, viewer, who) {
  const all = message.attachments ?? [];
  if (!all.length && place.hidden) return;
  place.hidden = !all.length;
  const before = [...place.querySelectorAll("img")].map((image) => image.src);
  const stands = before.length === all.length;
  place.replaceChildren(
    ...all.map((one, index) => figure(one, message, viewer, {
      alt: all.length > 1 ? `Picture ${index + 1} of ${all.length} from ${who}` : `Picture from ${who}`,
      meanwhile: stands ? before[index] : "",
    })),
  );
}

/** How far the upload is, 0 to 1; null for none under way. */
export function showProgress(place, share) {
  let bar = part(place, "progress");
  if (share === null) return bar?.remove();
  if (!bar) {
    bar = cloneElement("picture-progress-template");
    place.append(bar);
  }
  bar.value = share;
}

function figure(picture, message, viewer, { alt, meanwhile }) {
  const box = cloneElement("picture-template");
  const button = part(box, "open");
  const image = part(box, "picture");
  image.alt = alt;
  Object.assign(image, fitted({ width: picture.thumbnail_width, height: picture.thumbnail_height }, SHOWN));
  load(image, picture.thumbnail, meanwhile, () => button.replaceWith(broken(button, image)));
  button.disabled = !picture.url; // still a preview
  if (picture.url) button.addEventListener("click", () => openLarge(picture, alt));
  if (picture.url && viewer === "agent" && message.sender === "customer") box.append(pictureText(picture.id));
  return box;
}

/** Shows `address`, and until it is here what stood there before. */
function load(image, address, meanwhile, fail) {
  if (!meanwhile || meanwhile === address) {
    image.addEventListener("error", fail, { once: true });
    image.src = address;
    return;
  }
  image.src = meanwhile;
  const real = new Image();
  real.addEventListener("load", () => (image.src = address));
  real.src = address;
}

/** Instead of the picture: that it is not there, and another try. */
function broken(button, image) {
  const box = cloneElement("picture-broken-template");
  box.prepend(icon("picture-broken"));
  part(box, "words").textContent = `${image.alt} cannot be shown.`;
  part(box, "again").addEventListener("click", () => {
    const real = new Image();
    real.addEventListener("load", () => (image.replaceWith(real), box.replaceWith(button)));
    Object.assign(real, { alt: image.alt, width: image.width, height: image.height, src: image.src });
  });
  return box;
}

function openLarge(picture, alt) {
  const dialog = cloneElement("picture-dialog-template");
  const image = part(dialog, "picture");
  Object.assign(image, { alt, width: picture.width, height: picture.height });
  image.addEventListener("error", () => image.replaceWith(words("p", "", `${alt} cannot be shown.`)));
  image.src = picture.url;
  part(dialog, "apart").href = picture.url;
  dialog.setAttribute("aria-label", alt);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
