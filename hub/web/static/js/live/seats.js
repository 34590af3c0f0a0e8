// One row a seat: contact, signal, waves, and the account of its samples.

import { $, h, say, show } from "../dom.js";
import { span } from "../time.js";
import { lasting } from "./words.js";
import { drawWave } from "./wave.js";

const SIGNALS = ["hr", "scl"];
const SILENT_NS = 10e9;
const WAVES = { ppg: { seconds: 8, flip: true, title: "pulse, 8 s" }, eda: { seconds: 60, flip: false, title: "skin, 1 min" } };
const number = new Intl.NumberFormat("en", { useGrouping: true });
const css = getComputedStyle(document.documentElement);

const COLUMNS = [
  { id: "seat", head: "Seat", cls: "seat" },
  { id: "state", head: "Contact and signal", cls: "state" },
  { id: "ppg", head: "Pulse, 8 s", cls: "wave" },
  { id: "eda", head: "Skin, 1 min", cls: "wave" },
  { id: "expected", head: "Expected", cls: "num" },
  { id: "stored", head: "Stored", cls: "num" },
  { id: "late", head: "Late", cls: "num" },
  { id: "lost", head: "Lost", cls: "num" },
  { id: "clock", head: "Clock", cls: "num" },
  { id: "ring", head: "Memory", cls: "num" },
];

/** Draw the table; rows are kept, so that the canvases are not made anew. */
export function drawSeats(state) {
  show($("seats-card"), state.session.sees.ledger);
  const rows = [...state.ledger].sort((a, b) => a.seat - b.seat);
  const columns = COLUMNS.filter(({ cls }) => cls !== "wave" || state.session.sees.wave);
  const shape = JSON.stringify([columns.map((c) => c.id), rows.map((row) => [row.seat, row.kit])]);
  if ($("seats").dataset.shape !== shape) build(columns, rows, shape);
  say($("seats-title"), "What arrives from each seat");
  say($("seats-text"), text(rows));
  for (const row of rows) fill($(`seat-${row.seat}-${row.kit}`), row, state);
}

function build(columns, rows, shape) {
  const head = h("thead", {}, h("tr", {}, columns.map(({ head: name, cls }) => h("th", { class: cls, scope: "col" }, name))));
  const body = h("tbody", {}, rows.map((row) => h("tr", { id: `seat-${row.seat}-${row.kit}` },
    columns.map(({ id, head: name, cls }) => h("td", { class: cls, "data-cell": id, "data-label": name },
      cls === "wave" ? h("canvas", { role: "img", "aria-label": `${name} of seat ${row.seat}` }) : null)))));
  $("seats").replaceChildren(head, body);
  $("seats").dataset.shape = shape;
}

function text(rows) {
  if (!rows.length) return "No seat has a kit yet: the leader gives seats on the console.";
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
  const [lost, expected] = [sum("lost"), sum("expected")];
  const unheard = rows.filter((row) => row.last_ns === null).length;
  if (unheard) return `${unheard} of ${rows.length} seats have sent nothing yet.`;
  if (!lost) return "Pulse samples, counted: nothing is lost.";
  const share = ((100 * lost) / expected).toPrecision(2);
  return `Pulse samples, counted: ${number.format(lost)} are lost for good (${share} %).`;
}

function fill(row, ledger, state) {
  const cell = (id) => row.querySelector(`[data-cell="${id}"]`);
  seatCell(cell("seat"), ledger, state);
  stateCell(cell("state"), ledger, state.second.get(ledger.seat), state.ledgerNs);
  for (const name of ["expected", "stored", "late", "lost"]) say(cell(name), number.format(ledger[name]));
  cell("lost").classList.toggle("bad", ledger.lost > 0);
  say(cell("clock"), clock(ledger));
  cell("clock").classList.toggle("bad", ledger.settling || ledger.clock_error_ms === null);
  say(cell("ring"), ledger.ring_permille === null ? "–" : `${Math.round(ledger.ring_permille / 10)} %`);
  cell("ring").classList.toggle("bad", (ledger.ring_permille ?? 0) > 500);
  if (!state.session.sees.wave) return;
  for (const channel of Object.keys(WAVES)) waveCell(cell(channel).firstChild, state, ledger.seat, channel);
}

function clock({ settling, clock_error_ms: error }) {
  if (error === null) return "not yet known";
  return settling ? "settling" : `± ${error < 10 ? error.toFixed(1) : Math.round(error)} ms`;
}

function seatCell(cell, { seat, kit }, { course }) {
  const presents = lasting(course?.presenter)?.value === seat;
  const speaks = lasting(course?.speaker)?.value === seat;
  const drawn = `${seat} ${kit} ${presents} ${speaks}`;
  if (cell.dataset.drawn === drawn) return;
  cell.dataset.drawn = drawn;
  cell.replaceChildren(...[
    h("b", {}, String(seat)), h("span", { class: "soft" }, ` ${kit}`),
    presents ? h("span", { class: "tag presents" }, "presents") : null,
    speaks ? h("span", { class: "tag" }, "speaks") : null,
  ].filter(Boolean));
}

function stateCell(cell, ledger, values, nowNs) {
  const [words, dots, bad] = condition(ledger, quality(values), nowNs);
  say(cell, `${dots} ${words}`.trim());
  cell.classList.toggle("bad", bad);
}

/** What the seat's signal is like: words, dots, and whether somebody should look. */
function condition({ contact, last_ns: last }, q, nowNs) {
  if (last === null) return ["nothing heard yet", "○○○", true];
  if (nowNs - last > SILENT_NS) return [`silent for ${span((nowNs - last) / 1e9)}`, "○○○", true];
  if (contact === false) return ["no contact", "○○○", true];
  if (q === null) return [contact ? "on skin" : "settling", "○○○", false];
  if (q >= 0.8) return ["on skin, good", "●●●", false];
  if (q >= 0.5) return ["on skin, fair", "●●○", false];
  return ["on skin, weak", "●○○", true];
}

/** The worse of pulse and skin; null before there is either. */
function quality(values) {
  const known = SIGNALS.map((name) => values?.[name]?.q).filter((q) => q !== undefined);
  return known.length ? Math.min(...known) : null;
}

function waveCell(canvas, state, seat, channel) {
  const wave = state.waves.get(`${seat} ${channel}`);
  if (!wave) return;
  const { seconds, flip } = WAVES[channel];
  const name = channel === "ppg" ? "--accent" : "--soft";
  drawWave(canvas, wave, { width: (seconds * 1e9) / wave.period_ns, flip, colour: css.getPropertyValue(name).trim() });
}
