// One row a seat: contact, signal, waves, and the account of its samples.

import { $, h, say, show } from "../dom.js";
import { span } from "../time.js";
import { isSilent, missing } from "./samples.js";
import { lasting } from "./words.js";
import { drawWave } from "./wave.js";

const SIGNALS = ["quality_ppg", "quality_eda"];
const WAVES = { ppg: { seconds: 8, flip: true }, eda: { seconds: 60, flip: false } };
const css = getComputedStyle(document.documentElement);

const COLUMNS = [ // `head`: a name of the page's texts
  { id: "seat", head: "seat", cls: "seat" },
  { id: "state", head: "state", cls: "state" },
  { id: "ppg", head: "ppg", cls: "wave" },
  { id: "eda", head: "eda", cls: "wave" },
  { id: "expected", head: "expected", cls: "num" },
  { id: "stored", head: "stored", cls: "num" },
  { id: "late", head: "lateCount", cls: "num" },
  { id: "lost", head: "lost", cls: "num" },
  { id: "clock", head: "clock", cls: "num" },
  { id: "ring", head: "ring", cls: "num" },
];

/** Draw the table; rows are kept, so that the canvases are not made anew. */
export function drawSeats(state, w) {
  show($("seats-card"), state.session.sees.ledger);
  const gone = (row) => isGivenUp(row, state.course);
  const rows = [...state.ledger].sort((a, b) => a.seat - b.seat || gone(a) - gone(b));
  const columns = COLUMNS.filter(({ cls }) => cls !== "wave" || state.session.sees.wave);
  const shape = JSON.stringify([w.seat, columns.map((c) => c.id), rows.map((row) => [row.seat, row.kit])]);
  if ($("seats").dataset.shape !== shape) build(columns, rows, w, shape);
  say($("seats-title"), w.arrives);
  say($("seats-text"), state.catchingUp ? w.catchingUpText : text(rows, state, w));
  for (const row of rows) fill($(`seat-${row.seat}-${row.kit}`), row, state, w);
}

function build(columns, rows, w, shape) {
  const head = h("thead", {}, h("tr", {}, columns.map(({ head: name, cls }) => h("th", { class: cls, scope: "col" }, w[name]))));
  const body = h("tbody", {}, rows.map((row) => h("tr", { id: `seat-${row.seat}-${row.kit}` },
    columns.map(({ id, head: name, cls }) => h("td", { class: cls, role: id === "seat" ? "rowheader" : null, "data-cell": id, "data-label": w[name] },
      cls === "wave" ? h("canvas", { role: "img", "aria-label": w.waveOf(w[name], row.seat) }) : null)))));
  $("seats").replaceChildren(head, body);
  $("seats").dataset.shape = shape;
}

function text(rows, { course, ledgerNs }, w) {
  if (!rows.length) return w.noKitYet;
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
  const [lost, expected] = [sum("lost"), sum("expected")];
  const worn = rows.filter((row) => !isGivenUp(row, course));
  const unheard = worn.filter((row) => row.last_ns === null).length;
  if (unheard) return w.unsent(unheard, worn.length);
  const away = rows.filter((row) => isSilent(row, ledgerNs)).reduce((total, row) => total + missing(row), 0);
  if (!lost) return away ? w.notYetHere(w.number(away)) : w.nothingLost;
  const gone = w.someLost(w.number(lost), w.share((100 * lost) / expected));
  return away ? `${gone} ${w.moreNotYetHere(w.number(away))}` : gone;
}

/** The seat has another kit now, or none: this one's account is closed. After a session each seat keeps its last. */
function isGivenUp({ seat, kit }, course) {
  const last = course?.seats[seat]?.at(-1);
  return Boolean(last) && !(last.value === kit && last.end_ns === course.closed_ns);
}

function fill(row, told, state, w) {
  const ledger = { ...told, given_up: isGivenUp(told, state.course) };
  row.classList.toggle("given-up", ledger.given_up);
  const cell = (id) => row.querySelector(`[data-cell="${id}"]`);
  seatCell(cell("seat"), ledger, state, w);
  stateCell(cell("state"), ledger, state.second.get(ledger.seat), state.ledgerNs, w);
  for (const name of ["expected", "stored", "late", "lost"]) say(cell(name), w.number(ledger[name]));
  cell("lost").classList.toggle("bad", ledger.lost > 0);
  say(cell("clock"), clock(ledger, w));
  cell("clock").classList.toggle("bad", ledger.settling || ledger.clock_error_ms === null);
  const ring = ledger.given_up || isSilent(ledger, state.ledgerNs) ? null : ledger.ring_permille; // it fills now, and nobody hears
  say(cell("ring"), ring === null ? "–" : `${Math.round(ring / 10)} %`);
  cell("ring").classList.toggle("bad", (ring ?? 0) > 500);
  if (!state.session.sees.wave) return;
  for (const channel of Object.keys(WAVES)) if (!ledger.given_up) waveCell(cell(channel).firstChild, state, ledger.seat, channel);
}

function clock({ settling, clock_error_ms: error }, w) {
  if (error === null) return w.notYetKnown;
  return settling ? w.settling : `± ${w.number(error, error < 10 ? 1 : 0)} ms`;
}

function seatCell(cell, { seat, kit, given_up: gone }, { course }, w) {
  const presents = !gone && lasting(course?.presenter)?.value === seat;
  const speaks = !gone && lasting(course?.speaker)?.value === seat;
  const drawn = `${seat} ${kit} ${presents} ${speaks} ${w.seat}`;
  if (cell.dataset.drawn === drawn) return;
  cell.dataset.drawn = drawn;
  cell.replaceChildren(...[
    h("b", {}, String(seat)), h("span", { class: "soft" }, ` ${kit}`),
    ...(presents ? [" ", h("span", { class: "tag presents" }, w.tagPresents)] : []),
    ...(speaks ? [" ", h("span", { class: "tag" }, w.tagSpeaks)] : []),
  ]);
}

function stateCell(cell, ledger, values, nowNs, w) {
  const [words, dots, bad] = condition(ledger, quality(values), nowNs, w);
  say(cell, `${dots} ${words}`.trim());
  cell.classList.toggle("bad", bad);
}

/** What the seat's signal is like: words, dots, and whether somebody should look. */
function condition(ledger, q, nowNs, w) {
  const { contact, last_ns: last } = ledger;
  if (ledger.given_up) return [w.givenUp, "", false];
  if (last === null) return [w.nothingHeard, "○○○", true];
  if (isSilent(ledger, nowNs)) return [w.silentFor(span((nowNs - last) / 1e9)), "○○○", true];
  if (contact === false) return [w.noContact, "○○○", true];
  if (contact === null && q !== null) return [w.noSignal, "○○○", true];
  if (q === null) return [contact ? w.onSkin : w.settling, "○○○", false];
  if (q >= 0.8) return [w.good, "●●●", false];
  if (q >= 0.5) return [w.fair, "●●○", false];
  return [w.weak, "●○○", true];
}

/** The worse of pulse and skin; null before there is either. */
function quality(values) {
  const known = SIGNALS.map((name) => values?.[name]?.v ?? null).filter((v) => v !== null);
  return known.length ? Math.min(...known) : null;
}

function waveCell(canvas, state, seat, channel) {
  const wave = state.waves.get(`${seat} ${channel}`);
  if (!wave) return;
  const { seconds, flip } = WAVES[channel];
  const name = channel === "ppg" ? "--accent" : "--soft";
  drawWave(canvas, wave, { width: (seconds * 1e9) / wave.period_ns, flip, colour: css.getPropertyValue(name).trim() });
}
