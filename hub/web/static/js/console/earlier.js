// "It began earlier by": each tap moves the start of the phase that lasts by as much, from where it stands. It is
// never counted from now: once a phase has run for longer than that, its start would move to later.

import { h, say } from "../dom.js";
import { span, wall } from "../time.js";
import { ask } from "./ask.js";
import { named } from "./entries.js";
import { toast } from "./toast.js";
import { touchedMs } from "./touch.js";

const BY_S = [10, 40, 120];
const OFTEN_MIN = 5;

export function beganEarlier(page) {
  const { w, press, view: { current }, toNs } = page;
  const move = (seconds) => (event) => {
    const [to, why] = startAt(seconds, page);
    if (why) return toast(why);
    // Else from the touch: that holds too where the hub's clock is not known.
    const when = isHeard(page) ? { at_ns: to } : { ago_ms: (toNs(touchedMs(event)) - to) / 1e6 };
    press("retime", { target: current.event }, { event, ...when, text: `${w.began} ${by(seconds, w)} → ${wall(to)}` });
  };
  const button = (seconds) => h("button", {
    type: "button", "data-by": seconds, "aria-disabled": String(Boolean(startAt(seconds, page)[1])), onclick: move(seconds),
  }, by(seconds, w));
  return h("div", { class: "began", role: "group", "aria-label": w.began, "data-id": `began ${current.event}` },
    h("span", {}, w.began), BY_S.map(button),
    h("button", { type: "button", onclick: () => askHowMuch(page, move) }, w.custom));
}

/** Does its start stand by the hub's clock? */
const isHeard = ({ course, view: { current } }) => course.phases.some(({ event }) => event === current.event);

/** [the new start in ns, why it may not begin there or null]. Past the phase before it, that one would last. */
function startAt(seconds, { view: { phases, current }, course, protocol, language, w }) {
  const before = phases.at(-2);
  const opened = course.opened_ns;
  const to = Math.max(opened, current.start_ns - seconds * 1e9);
  if (before && to <= before.start_ns) return [to, w.notBefore(named(protocol.phases, before.id, language))];
  return [to, current.start_ns <= opened ? w.fromOpening : null];
}

function askHowMuch(page, move) {
  const { w } = page;
  const minutes = number(w.minutes, 600, OFTEN_MIN);
  const seconds = number(w.seconds, 59, 0);
  const said = () => 60 * minutes.valueAsNumber + seconds.valueAsNumber;
  const note = h("p", { role: "status" });
  const dialog = ask({
    title: w.began, cancel: w.cancel, choices: [{ text: w.move, main: true, act: (event) => move(said())(event) }],
    body: h("div", {}, h("div", { class: "row" }, minutes.parentElement, seconds.parentElement), note),
  });
  const look = () => {
    const whole = minutes.validity.valid && seconds.validity.valid && said() > 0;
    const [to, why] = whole ? startAt(said(), page) : [null, w.wholeNumbers];
    say(note, why ?? `${wall(page.view.current.start_ns)} → ${wall(to)}`);
    dialog.querySelector(".main").disabled = Boolean(why);
  };
  dialog.addEventListener("input", look);
  look();
}

function number(name, max, value) {
  const input = h("input", { type: "number", inputmode: "numeric", required: true, min: 0, max, step: 1, value });
  h("label", {}, name, input);
  return input;
}

const by = (seconds, w) => (seconds < 60 ? `${seconds} ${w.seconds}` : seconds % 60 ? span(seconds) : `${seconds / 60} ${w.minutes}`);
