// Everything that was said, newest first, with its corrections: nothing is ever overwritten. Of a session that is
// over also what it all comes to.

import { fieldIn, h, keepFocus } from "../dom.js";
import { atWall, since, wall } from "../time.js";
import { CORRECTIONS, because, describe, entries, named } from "./entries.js";

const CAME_TO = { pending: "pending", undone: "undoneBy", deleted: "deleted", retimed: "retimed", ignored: "ignored" };
const NS_PER_MS = 1e6;
let opened = null; // the row whose tools are shown

export function drawHistory(root, page) {
  if (fieldIn(root)) return;
  const { w } = page;
  const rows = entries(page);
  const told = rows.map((row) => ({ ...row, text: describe(row, rows, page) }));
  root.replaceChildren(
    ...(page.course.closed_ns ? standing(page) : []),
    h("h3", {}, w.insert), insertTools(page),
    h("h3", {}, w.said),
    rows.length ? h("ul", { class: "history" }, told.map((row) => historyRow(row, root, page))) : h("p", { class: "soft" }, w.nothingYet));
}

/** The phases as they count now, and who presents. */
function standing({ view, course, protocol, language, w }) {
  const phases = view.phases.map(({ id, start_ns: start }, k) => ({
    start, end: view.phases[k + 1]?.start_ns ?? course.closed_ns, text: named(protocol.phases, id, language),
  }));
  const presenters = course.presenter.map(({ value, start_ns: start, end_ns: end }) => ({
    start, end: end ?? course.closed_ns, text: `${w.presents}: ${value ? w.seatNumber(value) : w.nobody}`,
  }));
  const rows = [...phases, ...presenters].sort((a, b) => a.start - b.start);
  return [
    h("h3", {}, w.stands),
    rows.length ? h("table", { class: "stands" }, h("tbody", {}, rows.map(({ start, end, text }) => h("tr", {},
      h("td", {}, wall(start)), h("th", { scope: "row" }, text), h("td", {}, since(start, end)))))) : h("p", { class: "soft" }, w.noPhase),
  ];
}

function historyRow(row, root, page) {
  const gone = ["undone", "deleted", "ignored"].includes(row.standing);
  const toggle = () => { opened = opened === row.id ? null : row.id; keepFocus(root, () => drawHistory(root, page)); };
  const open = opened === row.id && isCorrectable(row);
  const correct = { type: "button", "aria-label": ofRow(page.w.correct, row), "aria-expanded": String(open), onclick: toggle };
  return h("li", { class: gone ? "gone" : "", "data-id": row.id, "data-entry": row.kind },
    h("div", { class: "row" },
      h("time", {}, wall(row.at_ns)),
      h("span", { class: "text" }, h("span", {}, row.text), h("small", {}, account(row, page.w))),
      isCorrectable(row) ? h("button", correct, page.w.correct) : takeBack(row, page)),
    open ? rowTools(row, page) : null);
}

/** What a button does, and of what: each row has one of this name. */
const ofRow = (name, row) => `${name}: ${said(row)}`;

const said = ({ at_ns: at, text }) => `${wall(at)} ${text}`;

/** A press that counts, or will. */
const isCorrectable = ({ kind, standing }) => !CORRECTIONS.includes(kind) && ["stands", "retimed", "pending"].includes(standing);

/** Of what was taken back: put it back, by an undo of what took it. Of a correction: undo it. */
function takeBack(row, { w, press }) {
  const { id, kind, standing, by, text } = row;
  const undo = (target, gone, name) => h("button", {
    type: "button", "aria-label": ofRow(name, row), onclick: (event) => press("undo", { target }, { event, text, gone }),
  }, name);
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

function rowTools(row, page) {
  const { id: target, at_ns: at, text } = row;
  const { w, press } = page;
  const retime = (event, to) => press("retime", { target }, { event, at_ns: to, text: `${w.retimed}: ${text}` });
  const move = (seconds) => (event) => retime(event, at + seconds * 1e9);
  const input = timeInput(at, w);
  const set = (event) => input.reportValidity() && retime(event, timeSaid(input, at, page));
  const remove = (event) => press("delete", { target }, { event, text: `${w.deleted}: ${text}` });
  return h("div", { class: "tools", role: "group", "aria-label": said(row) },
    h("button", { type: "button", onclick: move(-10) }, `−10 ${w.seconds}`),
    h("button", { type: "button", onclick: move(10) }, `+10 ${w.seconds}`),
    input, h("button", { type: "button", onclick: set }, w.move),
    h("button", { type: "button", onclick: remove }, w.remove));
}

/** `draft`: what was chosen and not yet added outlives a drawing. Nothing is chosen at first, nor after it was added:
 * an Add too many would say something again, or what nobody meant. */
function insertTools(page) {
  const { course, w, press, nowNs, draft } = page;
  const groups = forgotten(page);
  const choice = h("select", { "aria-label": w.insert, onchange: () => { draft.what = choice.value; ready(); } },
    h("option", { value: "" }, w.choose),
    groups.map(([title, choices]) => h("optgroup", { label: title },
      choices.map(({ value, text }) => h("option", { value, selected: value === draft.what }, text)))));
  const near = () => course.closed_ns ?? nowNs();
  const time = timeInput(near(), w);
  if (draft.time) time.value = draft.time;
  time.addEventListener("input", () => { draft.time = time.value; });
  const say = (event) => {
    if (!choice.value || !time.reportValidity()) return;
    const { kind, data, text } = groups.flatMap(([, choices]) => choices).find(({ value }) => value === choice.value);
    const at = timeSaid(time, near(), page);
    draft.what = draft.time = null;
    press(kind, data, { event, at_ns: at, text });
  };
  const add = h("button", { type: "button", onclick: say }, w.add); // never disabled: it would lose the focus
  const ready = () => add.setAttribute("aria-disabled", String(!choice.value));
  ready();
  return h("div", { class: "tools", "data-id": "add" }, choice, time, add);
}

/** What can be said afterwards: [title, [{value, kind, data, text}]]. */
function forgotten({ protocol, course, language, w }) {
  const seats = Object.keys(course.seats).map(Number).sort((a, b) => a - b);
  const one = (kind, name, id, text) => ({ value: `${kind} ${id}`, kind, data: { [name]: id }, text });
  const who = (kind, title) => [title, [...seats, null].map((seat) => one(kind, "seat", seat, `${title}: ${seat ? w.seatNumber(seat) : w.nobody}`))];
  return [
    [w.phases, protocol.phases.map(({ id }) => one("phase", "phase", id, named(protocol.phases, id, language)))],
    who("presenter", w.presents),
    who("speaker", w.speaks),
    [w.markers, protocol.markers.map(({ id }) => one("marker", "label", id, `◆ ${named(protocol.markers, id, language)}`))],
  ];
}

function timeInput(ns, w) {
  const input = h("input", { type: "time", step: 1, required: true, "aria-label": w.time });
  input.value = wall(ns);
  return input;
}

/** What a time field says, UTC ns: within the session, as near to `nearNs` as it can be. */
const timeSaid = ({ value }, nearNs, { course, nowNs }) => atWall(value, nearNs, course.opened_ns, course.closed_ns ?? nowNs());
