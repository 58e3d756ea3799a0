// What an agent may do with a conversation, by who has it. Where taking it is possible it is the
// main action; in one's own, replying is, and the composer is there for that.

const TAKE = { name: "take_over", words: "Take over", key: "t" };
const RESOLVE = { name: "resolve", words: "Resolve", key: "e" };
const HAND_BACK = { name: "hand_back", words: "Hand back", key: "h" };
const TRANSFER = { name: "transfer", words: "Transfer", key: "x" };

const ACTIONS = {
  bot: [TAKE],
  waiting: [{ ...TAKE, words: "Take it" }],
  mine: [HAND_BACK, TRANSFER, RESOLVE],
  others: [{ ...TAKE, words: "Take over…" }],
  resolved: [TAKE],
};

export function actionsOf(section) {
  return ACTIONS[section] ?? [];
}

/** The button for an action. */
export function actionButton(action, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = action.name === TAKE.name ? "button main" : "button";
  button.dataset.action = action.name;
  const hint = document.createElement("kbd");
  hint.textContent = action.key;
  hint.setAttribute("aria-hidden", "true");
  button.setAttribute("aria-keyshortcuts", action.key);
  button.append(action.words, hint);
  button.addEventListener("click", act);
  return button;
}
