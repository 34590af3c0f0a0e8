// Phase bands behind the curve and the names in them; markers as ticks. A uPlot plugin.

import { label } from "./words.js";

const PAD = 5;
const [ROWS, ROW] = [3, 14]; // names of markers over each other, and how high one is

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
  for (const phase of course?.phases ?? []) {
    const { from, to } = placed(plot, phase, origin);
    paper.fillStyle = colour(phase.end_ns === null ? "--accent" : "--soft");
    name(paper, label(phase.label, language) || phase.id, from, to, plot.bbox, scale);
  }
  paper.fillStyle = colour("--presenter");
  const rows = Array(ROWS).fill(0); // of names, upwards: how far each reaches
  for (const marker of course?.markers ?? []) {
    const named = protocol?.markers.find(({ id }) => id === marker.label);
    tick(plot, marker, label(named?.label, language) || marker.label, { origin, scale, rows });
  }
  paper.restore();
}

/** Along the top where it fits, else downwards, else not at all. */
function name(paper, text, from, to, { top, height }, scale) {
  const [room, pad] = [to - from - 2 * PAD * scale, PAD * scale];
  if (paper.measureText(text).width <= room) {
    paper.textBaseline = "top";
    return paper.fillText(text, from + pad, top + pad);
  }
  if (room < 6 * scale) return;
  paper.save();
  paper.translate(from + pad, top + pad);
  paper.rotate(Math.PI / 2);
  paper.textBaseline = "bottom";
  paper.fillText(fitted(paper, text, height - 2 * pad), 0, 0);
  paper.restore();
}

function fitted(paper, text, room) {
  let short = text;
  while (short && paper.measureText(short + "…").width > room) short = short.slice(0, -1);
  return short === text ? text : `${short}…`;
}

/** A diamond at the foot, and its name beside it, or over another's name, where there is room. */
function tick(plot, marker, text, { origin, scale, rows }) {
  const { left, width, top, height } = plot.bbox;
  const x = plot.valToPos(marker.at_ns / 1e9 - origin, "x", true);
  const [y, r] = [top + height - 6 * scale, 4 * scale];
  const paper = plot.ctx;
  paper.beginPath();
  [[0, -r], [r, 0], [0, r], [-r, 0]].forEach(([dx, dy]) => paper.lineTo(x + dx, y + dy));
  paper.fill();
  const wide = paper.measureText(text).width;
  const from = [x + 2 * r, x - 2 * r - wide].find((start) => start > left && start + wide < left + width);
  const row = rows.findIndex((end) => end < from);
  if (row < 0) return;
  rows[row] = from + wide;
  paper.textBaseline = "bottom";
  paper.fillText(text, from, y + r - row * ROW * scale);
}
