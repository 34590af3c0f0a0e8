// The parts of the console, on a phone one at a time: tabs, as whoever goes by keys or hears the page knows them.

import { h } from "../dom.js";

const TO = {
  ArrowLeft: (k, all) => all.at(k - 1),
  ArrowRight: (k, all) => all[(k + 1) % all.length],
  Home: (_, all) => all[0],
  End: (_, all) => all.at(-1),
};

/** A tab for each of these names, the first one chosen; `choose(name)` once another is. */
export function tabList(names, words, choose) {
  const tabs = names.map((name) => h("button", {
    type: "button", role: "tab", "data-tab": name, "aria-controls": `panel-${name}`,
    onclick: ({ currentTarget }) => { mark(tabs, currentTarget); choose(name); },
  }, words[name]));
  const go = (event) => {
    const to = TO[event.key]?.(tabs.indexOf(event.target), tabs);
    if (!to) return;
    event.preventDefault();
    to.focus();
    to.click();
  };
  mark(tabs, tabs[0]);
  return h("nav", { class: "tabs", role: "tablist", hidden: tabs.length < 2, onkeydown: go }, tabs);
}

/** The key Tab stops at the chosen one alone. */
function mark(tabs, chosen) {
  for (const one of tabs) {
    one.ariaSelected = String(one === chosen);
    one.tabIndex = one === chosen ? 0 : -1;
  }
}
