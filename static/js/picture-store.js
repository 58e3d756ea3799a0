// Pictures of unsent messages, which survive a reload: IndexedDB, or memory where there is none.

const STORE = "pictures";
const memory = new Map();
let opening = null;

export function keep(id, blob) {
  memory.set(id, blob);
  return inStore("readwrite", (store) => store.put(blob, id));
}

/** The picture, or null where it is gone. */
export async function kept(id) {
  return memory.get(id) ?? (await inStore("readonly", (store) => store.get(id))) ?? null;
}

export function forget(id) {
  memory.delete(id);
  return inStore("readwrite", (store) => store.delete(id));
}

/** Runs one request; what it gives, or null where the browser keeps nothing. */
async function inStore(mode, ask) {
  try {
    opening ??= opened();
    const database = await opening;
    return await settled(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } catch {
    return null;
  }
}

function opened() {
  const request = indexedDB.open("helpdesk", 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return settled(request);
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("blocked")));
  });
}
