// The phase, its clock, who presents and speaks, and the strip of phases.

import { $, h, say, show } from "../dom.js";
import { about, since } from "../time.js";
import { label, lasting } from "./words.js";

const WAITING = "Waiting for the first phase";

export function drawHead(state, nowNs) {
  const { session, course } = state;
  const phase = lasting(course?.phases);
  const closed = course?.closed_ns ?? session.closed_ns;
  say($("phase"), title(phase, closed, session.language));
  say($("which"), which(session, phase, closed));
  say($("who"), closed ? "" : who(course, Boolean(phase), session.sees));
  drawClocks(session, phase, closed, nowNs);
  drawSteps(session, course, phase);
}

function title(phase, closed, language) {
  if (closed) return "The session is over";
  return phase ? label(phase.label, language) || phase.id : WAITING;
}

function which(session, phase, closed) {
  const phases = session.protocol?.phases ?? [];
  const place = phases.findIndex((one) => one.id === phase?.id);
  const name = label(session.protocol?.title, session.language);
  if (closed || place < 0) return name;
  return `${name} · phase ${place + 1} of ${phases.length}`;
}

function who(course, running, sees) {
  if (!running && !course?.phases.length) return "Recording. The leader’s first press begins the first phase.";
  if (!sees.presenter) return "";
  const [presenter, speaker] = [lasting(course?.presenter), lasting(course?.speaker)];
  const parts = [
    presenter?.value ? `Seat ${presenter.value} presents` : running ? "Nobody presents yet" : null,
    speaker ? (speaker.value ? `seat ${speaker.value} speaks` : "nobody speaks") : null,
  ];
  return parts.filter(Boolean).join(" · ");
}

function drawClocks(session, phase, closed, nowNs) {
  show($("clocks"), true);
  show($("in-phase").parentElement, Boolean(phase) && !closed);
  if (phase) say($("in-phase"), since(phase.start_ns, nowNs));
  const usual = session.protocol?.phases.find((one) => one.id === phase?.id)?.typical_s;
  say($("usual"), usual ? `in phase, usually ${about(usual)}` : "in phase");
  say($("in-session"), since(session.opened_ns, closed ?? nowNs));
  say($("in-session-text"), closed ? "recorded" : "since recording began");
}

function drawSteps(session, course, phase) {
  const done = new Set((course?.phases ?? []).map((one) => one.id));
  const steps = (session.protocol?.phases ?? []).map((one) => ({
    text: label(one.label, session.language),
    kind: one.id === phase?.id ? "now-step" : done.has(one.id) ? "done" : "",
  }));
  const list = $("steps");
  const drawn = JSON.stringify(steps);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.replaceChildren(...steps.map(({ text, kind }) =>
    h("li", { class: kind, title: text, lang: session.language, "aria-current": kind === "now-step" ? "step" : null },
      h("span", {}, text))));
}
