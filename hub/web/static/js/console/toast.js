// A word about the last press, with Undo, for ten seconds.

import { $, h, show } from "../dom.js";

const SHOWN_MS = 10000;
let timer = null;

export function toast(text, action = null) {
  clearTimeout(timer);
  $("toast").replaceChildren(
    h("span", { class: "text" }, text),
    ...(action ? [h("button", { type: "button", onclick: (event) => { hide(); action.run(event); } }, action.label)] : []),
  );
  show($("toast"), true);
  timer = setTimeout(hide, action ? SHOWN_MS : SHOWN_MS / 3);
}

export const hide = () => show($("toast"), false);
