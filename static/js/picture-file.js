// A file that somebody wants to send as a picture: whether it can be, and what to show meanwhile.

export const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const PREVIEW = { width: 480, height: 360 }; // pixels; a preview is kept in the outbox
const MEGABYTE = 1_000_000;

/** Why this file cannot be sent, in words; "" where it can. */
export function refusal(file, megabytes) {
  if (!TYPES.includes(file.type)) return "Only pictures can be sent: PNG, JPEG, WebP or GIF.";
  if (file.size > megabytes * MEGABYTE) return `This picture is too large: at most ${megabytes} MB.`;
  return file.size ? "" : "This picture is empty.";
}

/** {preview, width, height}: a small data URL, and its size. Rejects where it is no picture. */
export async function previewOf(file) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = fitted(bitmap, PREVIEW);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const type = file.type === "image/jpeg" ? "image/jpeg" : "image/webp";
  return { preview: canvas.toDataURL(type, 0.8), width, height };
}

/** The size that fits into a box, never larger than it is. */
export function fitted({ width, height }, box) {
  const scale = Math.min(1, box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
