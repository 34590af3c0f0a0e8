// Phase bands behind the curve, their names along the top, markers and theirs along the foot. A uPlot plugin.

import { placeIn, pressed } from "../order.js";
import { label } from "./words.js";

const PAD = 4;
const [ROWS, ROW] = [2, 14]; // names of markers over each other, and how high one is
const MARK = 4; // half a marker

/** How high is what stands along the top, and along the foot: no curve lies on it. */
export const TOP_PX = 22;
export const footPx = (course) => (course?.markers.length ? 3 * MARK + ROWS * ROW + PAD : PAD);

/** `course()` and `session()` give what to draw; `origin()` the x of zero, in UTC seconds.
 * All of it lies behind the curves. */
export const bands = ({ course, session, origin, colour }) => ({
  hooks: {
    drawClear: [(plot) => {
      drawBands(plot, course(), origin(), colour);
      drawNames(plot, course(), origin(), session(), colour);
    }],
  },
});

function placed(plot, phase, origin) {
  const { left, width } = plot.bbox;
  const at = (ns) => plot.valToPos(ns / 1e9 - origin, "x", true);
  const from = Math.max(left, at(phase.start_ns));
  const to = Math.min(left + width, phase.end_ns === null ? left + width : at(phase.end_ns));
  return { from, to };
}

function drawBands(plot, course, origin, colour) {
  const { top, height } = plot.bbox;
  (course?.phases ?? []).forEach((phase, k) => {
    const { from, to } = placed(plot, phase, origin);
    if (to <= from) return;
    const lasts = phase.end_ns === null;
    if (lasts || k % 2 === 0) {
      plot.ctx.fillStyle = colour(lasts ? "--band-now" : "--band");
      plot.ctx.fillRect(from, top, to - from, height);
    }
    plot.ctx.fillStyle = colour("--line");
    plot.ctx.fillRect(Math.round(from), top, 1, height);
  });
}

function drawNames(plot, course, origin, { language, protocol }, colour) {
  const paper = plot.ctx;
  const scale = devicePixelRatio || 1;
  paper.save();
  paper.textAlign = "left";
  paper.font = `${12 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  const phases = course?.phases ?? [];
  phases.forEach((phase, k) => {
    const place = placeIn(protocol?.order ?? [], pressed(phases.slice(0, k + 1)));
    const names = [label(phase.label, language) || phase.id, ...(place < 0 ? [] : [String(place + 1)])];
    paper.fillStyle = colour(phase.end_ns === null ? "--accent" : "--soft");
    name(paper, names, placed(plot, phase, origin), plot.bbox.top, PAD * scale);
  });
  paper.fillStyle = colour("--presenter");
  const rows = Array(ROWS).fill(0); // of names, upwards: how far each reaches
  for (const marker of course?.markers ?? []) {
    const named = protocol?.markers.find(({ id }) => id === marker.label);
    tick(plot, marker, label(named?.label, language) || marker.label, { origin, scale, rows });
  }
  paper.restore();
}

/** The first of these that fits: its name, or its number among the steps. */
function name(paper, names, { from, to }, top, pad) {
  const text = names.find((one) => paper.measureText(one).width <= to - from - 1.5 * pad);
  paper.textBaseline = "top";
  if (text) paper.fillText(text, from + pad, top + pad);
}

/** A diamond at the foot, and its name above it, or above another's, where there is room. */
function tick(plot, marker, text, { origin, scale, rows }) {
  const { left, width, top, height } = plot.bbox;
  const x = plot.valToPos(marker.at_ns / 1e9 - origin, "x", true);
  const r = MARK * scale;
  const y = top + height - 1.5 * r;
  const paper = plot.ctx;
  paper.beginPath();
  [[0, -r], [r, 0], [0, r], [-r, 0]].forEach(([dx, dy]) => paper.lineTo(x + dx, y + dy));
  paper.fill();
  const wide = paper.measureText(text).width;
  const from = [x - r, x + r - wide].find((start) => start > left && start + wide < left + width);
  const row = rows.findIndex((end) => end < from);
  if (row < 0) return;
  rows[row] = from + wide + PAD * scale;
  paper.textBaseline = "bottom";
  paper.fillText(text, from, y - r - row * ROW * scale);
}
