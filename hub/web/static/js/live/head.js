// The phase, its clock, who presents and speaks, and the strip of phases.

import { $, h, say, show } from "../dom.js";
import { awaited } from "../kits.js";
import { passed, placeIn, pressed } from "../order.js";
import { about, since } from "../time.js";
import { closedNs, isComplete } from "./state.js";
import { label, lasting } from "./words.js";

const ROW = 9; // as many names can be read beside each other

export function drawHead(state, w, nowNs) {
  const { session, course } = state;
  const phase = lasting(course?.phases);
  const closed = closedNs(state);
  say($("phase"), title(phase, closed, session.language, w));
  const ids = pressed(course?.phases ?? []);
  const order = session.protocol?.order ?? [];
  const place = phase ? placeIn(order, ids) : -1;
  say($("which"), which(session, order, place, closed, w));
  say($("who"), closed ? afterwards(state, w) : who(course, Boolean(phase), session.sees, w));
  drawClocks(session, phase, closed, nowNs, w);
  drawSteps(session, order, ids, place);
}

/** Of a session that was shown before: nothing of it stays where there is none. */
export function forgetHead() {
  document.title = "Stillpoint";
  for (const name of ["room", "which"]) say($(name), "");
  show($("simulated"), false);
  $("steps").replaceChildren();
  delete $("steps").dataset.drawn;
}

function title(phase, closed, language, w) {
  if (closed) return w.over;
  return phase ? label(phase.label, language) || phase.id : w.waiting;
}

function which(session, order, place, closed, w) {
  const name = label(session.protocol?.title, session.language);
  if (closed || place < 0) return name;
  return `${name} · ${w.phaseOf(place + 1, order.length)}`;
}

function who(course, running, sees, w) {
  if (!running && !course?.phases.length) return w.recording;
  if (!sees.presenter) return "";
  const [presenter, speaker] = [lasting(course?.presenter), lasting(course?.speaker)];
  const parts = [
    presenter?.value ? w.presents(presenter.value) : running ? w.nobodyPresents : null,
    speaker ? (speaker.value ? w.seatSpeaks(speaker.value) : w.nobodySpeaks) : null,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Kits are named where they may be seen. */
function afterwards(state, w) {
  if (isComplete(state)) return "";
  const worn = state.kits ? state.ledger.map(({ kit }) => kit) : [];
  const kits = awaited(worn, state.kits, state.session.id, closedNs(state));
  return kits.length ? w.completingWaits(kits.join(", ")) : w.completingText;
}

function drawClocks(session, phase, closed, nowNs, w) {
  show($("clocks"), true);
  show($("in-phase").parentElement, Boolean(phase) && !closed);
  if (phase) say($("in-phase"), since(phase.start_ns, nowNs));
  const usual = session.protocol?.phases.find((one) => one.id === phase?.id)?.typical_s;
  say($("usual"), usual ? w.inPhaseUsually(about(usual, w)) : w.inPhase);
  say($("in-session"), since(session.opened_ns, closed ?? nowNs));
  say($("in-session-text"), closed ? w.recorded : w.sinceRecording);
}

function drawSteps(session, order, ids, place) {
  const over = passed(order, ids);
  const named = (id) => session.protocol.phases.find((one) => one.id === id)?.label;
  const steps = order.map((id, k) => ({
    text: label(named(id), session.language),
    kind: k === place ? "now-step" : over[k] ? "done" : "",
  }));
  const list = $("steps");
  const drawn = JSON.stringify(steps);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.classList.toggle("many", steps.length > ROW);
  list.style.setProperty("--row", Math.ceil(steps.length / 2));
  list.replaceChildren(...steps.map(({ text, kind }) =>
    h("li", { class: kind, title: text, lang: session.language, "aria-current": kind === "now-step" ? "step" : null },
      h("span", {}, text))));
}
