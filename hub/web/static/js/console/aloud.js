// What is only said, to who hears the page.

import { $ } from "../dom.js";

/** Have this read aloud, also the same again; and over a question, under which nothing is heard. */
export function aloud(text) {
  (document.querySelector("dialog .aloud") ?? $("aloud")).textContent = text;
}
