// E-mail addresses as people type them: separated by commas or semicolons, or by spaces alone.

const ADDRESS = /^\S+@[^\s@]+$/; // as the server's chat/access/members.py has it
const LONGEST = 254;
const MOST = 100;

/** Each value as it was typed: what is no address stays whole, its spaces in it. */
export function addressesIn(text) {
  const values = text.split(/[,;\n]/).map((value) => value.trim()).filter(Boolean);
  return values.flatMap((value) => {
    const words = value.split(/\s+/);
    return words.every(isAddress) ? words : [value];
  });
}

/** What is wrong with them, naming the first that is no address; "" where nothing is. */
export function problemIn(text) {
  const values = addressesIn(text);
  const wrong = values.find((value) => !isAddress(value));
  if (wrong) return `“${wrong}” is no e-mail address.`;
  return values.length > MOST ? `These are more than ${MOST} addresses.` : "";
}

function isAddress(value) {
  return value.length <= LONGEST && ADDRESS.test(value);
}
