// The languages that the pages speak. A table has each word in all of them, in this order.

const LANGUAGES = ["en", "hu", "de"];

/** A table's words in one language; in English where that is none of ours. */
export function inLanguage(table, language) {
  const place = Math.max(0, LANGUAGES.indexOf(language));
  return Object.fromEntries(Object.entries(table).map(([name, texts]) => [name, texts[place]]));
}

/** What this device speaks, if the pages do. */
export function ownLanguage() {
  const own = navigator.language.slice(0, 2);
  return LANGUAGES.includes(own) ? own : "en";
}
