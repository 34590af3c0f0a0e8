// A question over the page, gone with its answer.

import { focusLater, h } from "../dom.js";

/** Is there one? */
export const isAsked = () => Boolean(document.querySelector("dialog"));

/** `choices`: [{text, act, main?, id?}]; Escape, and `cancel`, do nothing but close. Gives the dialog. */
export function ask({ title, body, choices, cancel }) {
  const button = ({ text, act, main, id }) =>
    h("button", { type: "button", id, class: main ? "main" : null, onclick: (event) => { dialog.close(); act(event); } }, text);
  const back = focusLater();
  body.id = "asked-of";
  const dialog = h("dialog", { "aria-labelledby": "asked", "aria-describedby": body.id, onclose: () => { dialog.remove(); back(); } },
    h("h2", { id: "asked" }, title), body,
    h("p", { class: "aloud", role: "status" }),
    h("div", { class: choices.length > 1 ? "row tall" : "row" },
      h("button", { type: "button", onclick: () => dialog.close() }, cancel), choices.map(button)));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
