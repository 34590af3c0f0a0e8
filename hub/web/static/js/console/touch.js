// When the finger touched: a button acts on release, but the moment that counts is the touch. And what it meant: a wet
// one touches twice, and the first time may have brought something else to lie under it.

import { sign } from "../dom.js";

const LONGEST_MS = 5000;
const ECHO_MS = 700; // of a press: until then nothing answers where the finger was but what was there
const ECHO_PX = 30;
const PRESSED = "button, a, summary";
let down = null;
let held = false;
let lifted = null;
let answered = null; // the last press

document.addEventListener("pointerdown", (event) => {
  down = { element: event.target.closest("button"), stamp: event.timeStamp };
  held = Boolean(down.element);
}, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  const what = event.target.closest(PRESSED);
  if (!what || !event.detail) return; // a key knows what it presses
  const press = { meant: sign(what), x: event.clientX, y: event.clientY, stamp: event.timeStamp };
  const again = isAgain(press);
  if (!again || wasThere(press)) answered = { ...press, there: again ? answered.there : pressable() };
  else {
    event.preventDefault();
    event.stopPropagation();
  }
}, { capture: true });

/** At the spot of the last press, right after it. */
const isAgain = ({ x, y, stamp }) =>
  answered && stamp - answered.stamp < ECHO_MS && Math.hypot(x - answered.x, y - answered.y) < ECHO_PX;

const wasThere = ({ meant, x, y }) =>
  meant === answered.meant || answered.there.some((one) => one.meant === meant && lies(one.box, x, y));

/** What can be pressed now, and where: under a question nothing else. */
function pressable() {
  const all = (document.querySelector("dialog") ?? document).querySelectorAll(PRESSED);
  return [...all].map((one) => ({ meant: sign(one), box: one.getBoundingClientRect() }));
}

const lies = ({ left, right, top, bottom }, x, y) => left <= x && x < right && top <= y && y < bottom;

for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => setTimeout(release), { capture: true, passive: true });
}

function release() {
  held = false;
  lifted?.();
  lifted = null;
}

/** Is a finger on a button? Its click is lost if the button is replaced under it. */
export const fingerDown = () => held;

/** Do this once the finger is off (only the last that was asked for). */
export function whenLifted(act) {
  lifted = act;
}

/** The touch behind a click event, in ms of this page's clock (see hubclock.clientMs). */
export function touchedMs(event) {
  const ours = down?.element && down.element === event.currentTarget && event.timeStamp - down.stamp < LONGEST_MS;
  return performance.timeOrigin + (ours ? down.stamp : event.timeStamp);
}

/** A UUID. (crypto.randomUUID is missing on plain http, which is what a room's network has.) */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
