// Everything that was said, newest first, with its corrections: nothing is ever overwritten.

import { h } from "../dom.js";
import { label } from "../live/words.js";
import { wall } from "../time.js";
import { CORRECTIONS, because, describe, entries } from "./entries.js";

const CAME_TO = { pending: "pending", undone: "undoneBy", deleted: "deleted", retimed: "retimed", ignored: "ignored" };
const NS_PER_MS = 1e6;
let opened = null; // the row whose tools are shown

export function drawHistory(root, page) {
  const { w } = page;
  const rows = entries(page);
  const named = rows.map((row) => ({ ...row, text: describe(row, rows, page) }));
  root.replaceChildren(
    h("h3", {}, w.insert), insertTools(page), // before the list, which grows
    rows.length ? h("ul", { class: "history" }, named.map((row) => historyRow(row, root, page))) : h("p", { class: "soft" }, w.nothingYet));
}

function historyRow(row, root, page) {
  const gone = ["undone", "deleted", "ignored"].includes(row.standing);
  const toggle = () => { opened = opened === row.id ? null : row.id; drawHistory(root, page); };
  const open = opened === row.id && isCorrectable(row);
  return h("li", { class: gone ? "gone" : "", "data-id": row.id, "data-entry": row.kind },
    h("div", { class: "row" },
      h("time", {}, wall(row.at_ns)),
      h("span", { class: "text" }, h("span", {}, row.text), h("small", {}, account(row, page.w))),
      isCorrectable(row)
        ? h("button", { type: "button", "aria-expanded": String(open), onclick: toggle }, page.w.correct)
        : takeBack(row, page)),
    open ? rowTools(row, page) : null);
}

/** A press that counts, or will. */
const isCorrectable = ({ kind, standing }) => !CORRECTIONS.includes(kind) && ["stands", "retimed", "pending"].includes(standing);

/** Of what was taken back: put it back, by an undo of what took it. Of a correction: undo it. */
function takeBack({ id, kind, standing, by, text }, { w, press }) {
  const undo = (target, gone, name) =>
    h("button", { type: "button", onclick: (event) => press("undo", { target }, { event, text, gone }) }, name);
  if (["undone", "deleted"].includes(standing) && by) return undo(by, false, w.putBack);
  return CORRECTIONS.includes(kind) && ["stands", "retimed"].includes(standing) ? undo(id, true, w.undo) : null;
}

/** By what it was said, when at first, and what it came to. */
function account({ source, data, first_ns: first, at_ns: at, standing, reason, code }, w) {
  const why = w[CAME_TO[standing]];
  const reasoned = because({ code, reason }, w);
  return [
    w[`from-${source}`], data.placed ? placed(data, w) : null,
    first === at ? null : `${w.first} ${wall(first)}`,
    code === "overtaken" ? reasoned : standing === "ignored" && reasoned ? `${why}: ${reasoned}` : why,
  ].filter(Boolean).join(" · ");
}

const placed = ({ placed: how, error_ns: error }, w) =>
  (how === "arrival" ? w.byArrival : error ? `± ${Math.ceil(error / NS_PER_MS)} ms` : null);

function rowTools({ id: target, at_ns: at, text }, { w, press }) {
  const retime = (event, to) => press("retime", { target }, { event, at_ns: to, text: `${w.retimed}: ${text}` });
  const move = (seconds) => (event) => retime(event, at + seconds * 1e9);
  const input = timeInput(at);
  const set = (event) => input.reportValidity() && retime(event, atWall(input.value, at));
  const remove = (event) => press("delete", { target }, { event, text: `${w.deleted}: ${text}` });
  return h("div", { class: "tools" },
    h("button", { type: "button", onclick: move(-10) }, "−10 s"),
    h("button", { type: "button", onclick: move(10) }, "+10 s"),
    input, h("button", { type: "button", onclick: set }, w.move),
    h("button", { type: "button", onclick: remove }, w.remove));
}

function insertTools({ protocol, course, language, w, press, nowNs }) {
  const phase = h("select", { "aria-label": w.insert }, protocol.phases.map((one) => h("option", { value: one.id }, label(one.label, language))));
  const near = () => course.closed_ns ?? nowNs(); // nothing begins after the end, or on the day after
  const time = timeInput(near());
  const add = (event) => time.reportValidity() && press("phase", { phase: phase.value }, {
    event, at_ns: atWall(time.value, near()), text: phase.selectedOptions[0].textContent,
  });
  return h("div", { class: "tools" }, phase, time, h("button", { type: "button", onclick: add }, w.add));
}

function timeInput(ns) {
  const input = h("input", { type: "time", step: 1, required: true, "aria-label": "hh:mm:ss" });
  input.value = wall(ns);
  return input;
}

/** "14:03:20" on the day of `nearNs`, as UTC ns. */
function atWall(text, nearNs) {
  const [hours, minutes, seconds = 0] = text.split(":").map(Number);
  return new Date(nearNs / 1e6).setHours(hours, minutes, seconds, 0) * 1e6;
}
