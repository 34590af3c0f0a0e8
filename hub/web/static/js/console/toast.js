// A word about the last press, with Undo, for ten seconds: in a strip that is kept free for it, so that it lies on
// nothing else.

import { $, h, show } from "../dom.js";

const SHOWN_MS = 10000;
const LONG = 40; // characters: more do not fit the strip of a narrow phone at full size
let timer = null;

export function toast(text, action = null) {
  clearTimeout(timer);
  $("toast").replaceChildren(
    h("span", { class: text.length > LONG ? "text long" : "text" }, text),
    ...(action ? [h("button", { type: "button", onclick: (event) => { hide(); action.run(event); } }, action.label)] : []),
  );
  show($("toast"), true);
  timer = setTimeout(hide, SHOWN_MS);
}

export const hide = () => show($("toast"), false);
