// Everything that was said, newest first, with its corrections: nothing is ever overwritten.

import { h } from "../dom.js";
import { label } from "../live/words.js";
import { wall } from "../time.js";
import { momentOf } from "./view.js";

const SHOWN = ["phase", "marker", "presenter", "speaker", "seat"];
const GONE = { undone: "undoneBy", deleted: "deleted", retimed: "retimed", ignored: "ignored" };
let opened = null; // the row whose tools are shown

export function drawHistory(root, page) {
  const { w } = page;
  const rows = [...pendingRows(page), ...page.course.history.filter(({ event }) => SHOWN.includes(event.kind) && event.source !== "hub").map(fromHub)];
  rows.sort((a, b) => b.at_ns - a.at_ns);
  root.replaceChildren(
    rows.length ? h("ul", { class: "history" }, rows.map((row) => historyRow(row, root, page))) : h("p", { class: "soft" }, w.nothingYet),
    h("h3", {}, w.insert), insertTools(page));
}

const fromHub = ({ event, standing, reason, at_ns: at }) => ({ ...event, at_ns: at, standing, reason });

function pendingRows({ waiting, course, toNs }) {
  const known = new Set(course.history.map(({ event }) => event.id));
  return waiting.filter(({ id, kind }) => SHOWN.includes(kind) && !known.has(id))
    .map((press) => ({ ...press, at_ns: momentOf(press, toNs), standing: "pending" }));
}

function historyRow(row, root, page) {
  const { w } = page;
  const gone = ["undone", "deleted", "ignored"].includes(row.standing);
  const why = row.standing === "pending" ? w.pending : w[GONE[row.standing]];
  const toggle = () => { opened = opened === row.id ? null : row.id; drawHistory(root, page); };
  const open = opened === row.id && !gone;
  return h("li", { class: gone ? "gone" : "", "data-id": row.id },
    h("div", { class: "row" },
      h("time", {}, wall(row.at_ns)), h("span", { class: "text" }, describe(row, page)),
      gone ? null : h("button", { type: "button", "aria-expanded": String(open), onclick: toggle }, w.correct)),
    why ? h("p", { class: "why" }, row.standing === "ignored" && row.reason ? `${why}: ${row.reason}` : why) : null,
    open ? rowTools(row, page) : null);
}

function rowTools(row, { w, press }) {
  const move = (seconds) => (event) => press("retime", { target: row.id }, { event, at_ns: row.at_ns + seconds * 1e9, text: w.retimed });
  const input = timeInput(row.at_ns);
  const set = (event) => input.reportValidity()
    && press("retime", { target: row.id }, { event, at_ns: atWall(input.value, row.at_ns), text: w.retimed });
  const remove = (event) => press("delete", { target: row.id }, { event, text: w.deleted });
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

function describe({ kind, data }, { protocol, language, w }) {
  const named = (list, id) => label(list.find((one) => one.id === id)?.label, language) || id;
  const seat = data.seat ? `${w.seat} ${data.seat}` : w.nobody;
  return {
    phase: () => named(protocol.phases, data.phase),
    marker: () => `◆ ${named(protocol.markers, data.label)}`,
    presenter: () => `${w.presents}: ${seat}`,
    speaker: () => `${w.speaks}: ${seat}`,
    seat: () => `${w.seat} ${data.seat}: ${data.kit ?? w.noKit}`,
  }[kind]();
}
