// Times in words.

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "short" });
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };
const MINUTE = 60_000;

/** "10:42" */
export function clockTime(timestamp) {
  return clock.format(new Date(timestamp));
}

/** "Friday, November 20, 2026 at 10:42 AM", for a title. */
export function exactTime(timestamp) {
  return exact.format(new Date(timestamp));
}

/** A key that is equal for two times of one day here. */
export function dayKey(timestamp) {
  return new Date(timestamp).toDateString();
}

/** "Today", "Yesterday", "Friday, November 20" or, of another year, with the year. */
export function dayName(timestamp, now = new Date()) {
  const date = new Date(timestamp);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
}

/** How long ago, short: "now", "2 min", "3 h", "4 d". Negative counts as now. */
export function howLong(since, now = Date.now()) {
  const minutes = Math.floor((now - new Date(since).getTime()) / MINUTE);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

/** "2nd" */
export function ordinal(number) {
  return `${number}${ENDINGS[ordinals.select(number)]}`;
}
