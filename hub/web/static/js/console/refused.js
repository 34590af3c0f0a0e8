// Why the hub will never take presses of this phone: to be read, also after a reload, until somebody has.

import { h } from "../dom.js";
import { store } from "./store.js";

const KEY = "stillpoint:refused";

export const refusals = () => JSON.parse(store.getItem(KEY) ?? "[]");

/** Many presses that are refused for one reason are one to be read. */
export const noteRefused = ({ id, ...why }) => keep([...but(why), why]);

export const readAll = () => keep([]);

/** `act()` when another page of this phone has changed them. */
export function onRefusals(act) {
  addEventListener("storage", ({ key }) => key === KEY && act());
}

/** On the card of a refusal, the way to be rid of it; none on any other. */
export function readButton(problem, words, then) {
  if (!refusals().some(({ what }) => what === problem.what)) return null;
  const read = () => {
    keep(but(problem));
    then();
  };
  return h("button", { type: "button", onclick: read }, words.haveRead);
}

const but = ({ what }) => refusals().filter((one) => one.what !== what);

const keep = (all) => store.setItem(KEY, JSON.stringify(all));
