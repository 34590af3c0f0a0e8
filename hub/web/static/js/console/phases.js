// One large button a phase, and "it began earlier" under the one that lasts.

import { h, say } from "../dom.js";
import { label } from "../live/words.js";
import { isOver, nextIn, pressed } from "../order.js";
import { since, wall } from "../time.js";

const AGO_S = [10, 40, 120];

export function drawPhases(root, { view, protocol, language, w, press }) {
  const ids = pressed(view.phases);
  const next = nextIn(protocol.order, ids);
  const shown = view.phases.filter(({ id }) => !protocol.phases.some((phase) => phase.id === id));
  root.replaceChildren(h("div", { class: "phases" }, [...protocol.phases, ...shown].flatMap((phase) => {
    const current = phase.id === view.current?.id;
    const over = isOver(protocol.order, ids, phase.id);
    const button = phaseButton(phase, { view, current, next, over, language, w, press });
    return current ? [button, beganEarlier(view.current, w, press)] : [button];
  })));
  root.querySelector(".next")?.scrollIntoView({ block: "nearest" });
}

function phaseButton(phase, { view, current, next, over, language, w, press }) {
  const last = view.phases.findLast(({ id }) => id === phase.id);
  const kinds = [current ? "" : phase.id === next ? "next" : over ? "done" : "", view.pending.has(last?.event) ? "pending" : ""];
  const note = h("span", { class: "note", "data-clock": current ? last.start_ns : null },
    current ? "" : phase.id === next ? w.next : over ? wall(last.start_ns).slice(0, 5) : phase.optional ? w.optional : "");
  const text = label(phase.label, language) || phase.id;
  return h("button", {
    type: "button", class: kinds.join(" ").trim(), "aria-pressed": String(current), "data-phase": phase.id,
    onclick: (event) => press("phase", { phase: phase.id }, { event, text }),
  }, h("span", { class: "label" }, text), note);
}

function beganEarlier(current, w, press) {
  const earlier = (seconds) => (event) =>
    press("retime", { target: current.event }, { event, ago_ms: seconds * 1000, text: `${w.began} ${ago(seconds)}` });
  const other = (event) => {
    const seconds = Number(prompt(`${w.began} (s)`, "300"));
    if (seconds > 0) earlier(seconds)(event);
  };
  return h("div", { class: "began" }, h("span", {}, w.began),
    AGO_S.map((seconds) => h("button", { type: "button", "data-ago": seconds, onclick: earlier(seconds) }, ago(seconds))),
    h("button", { type: "button", onclick: other }, w.custom));
}

const ago = (seconds) => (seconds < 120 ? `${seconds} s` : `${seconds / 60} min`);

/** The running clock, without drawing anything anew. */
export function tickPhases(root, nowNs) {
  for (const note of root.querySelectorAll("[data-clock]")) say(note, since(Number(note.dataset.clock), nowNs));
}
