// A word about the last press, with Undo, for ten seconds: in a strip that is kept free for it, so that it lies on
// nothing else.

import { $, h, show } from "../dom.js";
import { aloud } from "./aloud.js";

const SHOWN_MS = 10000;
const LONG = 40; // characters: more do not fit the strip of a narrow phone at full size
let timer = null;

/** `action.run(event)` says a new word. */
export function toast(text, action = null) {
  const had = $("toast").contains(document.activeElement);
  $("toast").replaceChildren(
    h("span", { class: text.length > LONG ? "text long" : "text" }, text),
    ...(action ? [h("button", { type: "button", "data-of": text, onclick: (event) => action.run(event) }, action.label)] : []),
  );
  show($("toast"), true);
  aloud(text); // what comes out of hiding is not read
  if (had) ($("toast").querySelector("button") ?? $("toast")).focus();
  fade();
}

/** Not while somebody is at it with keys. */
function fade() {
  clearTimeout(timer);
  timer = setTimeout(() => ($("toast").matches(":has(:focus-visible), :focus-visible") ? fade() : hide()), SHOWN_MS);
}

export const hide = () => show($("toast"), false);
