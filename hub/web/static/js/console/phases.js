// One large button a phase, and "it began earlier by" under the one that lasts.

import { h, say } from "../dom.js";
import { label } from "../live/words.js";
import { isOver, nextIn, pressed } from "../order.js";
import { since, wall } from "../time.js";
import { beganEarlier } from "./earlier.js";

export function drawPhases(root, page) {
  const { view, protocol, language, w, press } = page;
  const ids = pressed(view.phases);
  const next = nextIn(protocol.order, ids);
  const shown = view.phases.filter(({ id }) => !protocol.phases.some((phase) => phase.id === id));
  root.replaceChildren(h("div", { class: "phases" }, [...protocol.phases, ...shown].flatMap((phase) => {
    const current = phase.id === view.current?.id;
    const over = isOver(protocol.order, ids, phase.id);
    const button = phaseButton(phase, { view, current, next, over, language, w, press });
    return current ? [button, beganEarlier(page)] : [button];
  })));
}

/** Bring the next phase's button into sight. */
export const showNext = (root) => root.querySelector(".next")?.scrollIntoView({ block: "nearest" });

/** Draw, and where another phase is next bring it into sight of whoever looks at the phases: who reads below them stays
 * there, and so does a page on which only what stood there was sent. */
export function followNext(root, draw) {
  const { top, bottom } = root.getBoundingClientRect();
  const before = nextOf(root);
  draw();
  if (nextOf(root) !== before && top < innerHeight && bottom >= 0) showNext(root);
}

const nextOf = (root) => root.querySelector(".next")?.dataset.phase;

function phaseButton(phase, { view, current, next, over, language, w, press }) {
  const last = view.phases.findLast(({ id }) => id === phase.id);
  const kinds = [current ? "" : phase.id === next ? "next" : over ? "done" : "", view.pending.has(last?.event) ? "pending" : ""];
  const note = h("span", { class: "note", "data-clock": current ? last.start_ns : null, "aria-hidden": current ? "true" : null },
    current ? "" : phase.id === next ? w.next : over ? wall(last.start_ns).slice(0, 5) : phase.optional ? w.optional : "");
  const text = label(phase.label, language) || phase.id;
  return h("button", {
    type: "button", class: kinds.join(" ").trim(), "aria-pressed": String(current), "data-phase": phase.id,
    onclick: (event) => press("phase", { phase: phase.id }, { event, text }),
  }, h("span", { class: "label" }, text), note);
}

/** The running clock, without drawing anything anew. */
export function tickPhases(root, nowNs) {
  for (const note of root.querySelectorAll("[data-clock]")) say(note, since(Number(note.dataset.clock), nowNs));
}
