// The arousal curve: the group's middle and middle half, and single seats where they may be seen.

import { $, say, show } from "../dom.js";
import { span } from "../time.js";
import { basis } from "./basis.js";
import { bands, footPx, TOP_PX } from "./bands.js";
import { closedNs } from "./state.js";
import { label, lasting } from "./words.js";

const LEAST_S = 120;
const LEAST_REACH = 1.5;
const AXIS_PX = 26; // the height of the times
const SETTLING_S = 4;
const LEAST_SEATS = 5; // of which a group's curve is shown: GROUP_MIN of hub/policy.py
const css = getComputedStyle(document.documentElement);
const colour = (name) => css.getPropertyValue(name).trim();

export class Curve {
  constructor(state) {
    this.state = state;
    this.drawn = "";
    new ResizeObserver(() => this.resize()).observe($("plot"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.drawn = ""; });
  }

  get origin() {
    return this.state.session.opened_ns / 1e9;
  }

  /** `nowNs`: so far the picture reaches while the session runs. */
  draw(w, nowNs) {
    this.w = w;
    this.nowNs = nowNs;
    show($("curve-card"), true);
    show($("late"), !this.state.session.simulated && !this.state.session.sees.ledger);
    say($("curve-text"), w[`curve-${basis(this.state)}`]);
    say($("k-median"), this.state.session.sees.group ? w.medianOfSeats : w.middleOfGroup);
    document.body.classList.toggle("alone", !this.state.session.sees.ledger);
    const seats = [...this.state.seats.keys()].sort((a, b) => a - b);
    const presenter = lasting(this.state.course?.presenter)?.value ?? null;
    const shape = JSON.stringify([seats, presenter, w.seat]);
    if (shape !== this.drawn) this.build(seats, presenter);
    this.drawn = shape;
    this.plot.setData(columns(this.state, seats, this.origin));
    show($("k-half"), [...this.state.group.values()].some(({ low }) => Number.isFinite(low)));
    say($("empty"), "");
    this.explain();
    this.tell();
  }

  /** The picture in words: what the pointer would read at its end. */
  tell() {
    const [time, figure] = [...this.state.group].findLast(([, { middle }]) => middle !== null) ?? [];
    const newest = figure ? this.words(time) : $("empty").textContent;
    $("plot").ariaLabel = `${this.w.curve}. ${newest}`;
  }

  /** When, in which phase, and how high. */
  words(time) {
    return `${span(time - this.origin)} · ${phaseAt(this.state, time, this.w)} · ${inWords(this.state.group.get(Math.round(time)), this.w)}`;
  }

  /** Of the session, by its clock: a phase that just began has no figure yet. */
  get ends() {
    return (closedNs(this.state) ?? this.nowNs) / 1e9 - this.origin;
  }

  build(seats, presenter) {
    this.plot?.destroy();
    this.plot = new uPlot(this.options(seats, presenter), [[]], $("plot"));
    show($("k-seat"), seats.length > 0);
    show($("k-presenter"), seats.includes(presenter));
  }

  options(seats, presenter) {
    const filter = (plot, splits) => this.betweenNames(plot, splits);
    const grid = { stroke: colour("--line"), width: 1, filter };
    const axis = { stroke: colour("--soft"), font: `12px ${css.getPropertyValue("--sans")}`, ticks: { show: false } };
    return {
      ...size(),
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      padding: [4, 28, 0, 0], // half of the last time is beside the picture
      scales: { x: { time: false, range: (_, __, last) => [0, Math.max(last ?? 0, this.ends, LEAST_S)] }, y: { range: (_, low, high) => this.reach(low, high) } },
      axes: [
        { ...axis, grid: { show: false }, size: AXIS_PX, space: 70, incrs: [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800], values: (_, splits) => splits.map(span) },
        { ...axis, grid, filter, size: 34, space: 34, incrs: [0.5, 1, 2, 5, 10, 20, 50, 100], values: (_, splits) => splits.map((v) => (v === null ? v : signed(v, this.w))) },
      ],
      series: [{}, line("--curve", 0), line("--curve", 0), line("--curve", 2.5),
        ...seats.map((seat) => (seat === presenter
          ? { ...line("--presenter", 1.75), dash: [6, 4] } : line("--seat", 1.25)))],
      bands: [{ series: [2, 1], fill: colour("--curve-soft") }],
      hooks: { setCursor: [(plot) => this.read(plot)] },
      plugins: [bands({
        colour,
        course: () => this.state.course,
        session: () => this.state.session,
        origin: () => this.origin,
      })],
    };
  }

  /** Neither a line through the names nor a figure beside them. */
  betweenNames(plot, splits) {
    const foot = size().height - AXIS_PX - footPx(this.state.course);
    const isFree = (y) => y >= TOP_PX && y <= foot;
    return splits.map((v) => (isFree(plot.valToPos(v, "y")) ? v : null));
  }

  /** With room for the names, of which no curve takes any. */
  reach(low, high) {
    const [from, to] = [Math.min(low ?? 0, -LEAST_REACH), Math.max(high ?? 0, LEAST_REACH)];
    const foot = footPx(this.state.course);
    const px = (to - from) / (size().height - AXIS_PX - TOP_PX - foot);
    return [from - foot * px, to + TOP_PX * px];
  }

  resize() {
    this.plot?.setSize(size());
  }

  /** Why there is nothing to see, in one sentence. */
  explain() {
    const { group, seats, catchingUp } = this.state;
    const some = [...group.values()].some((one) => one.middle !== null) || [...seats.values()].some((c) => c.size);
    if (some) return;
    say($("empty"), catchingUp ? this.w.catchingUpText : whyNone(this.state, this.w));
  }

  /** What the curve says where the pointer is. */
  read(plot) {
    const k = plot.cursor.idx;
    const time = plot.data[0]?.[k];
    if (k === null || k === undefined || time === undefined) return say($("readout"), "");
    say($("readout"), this.words(time + this.origin));
  }
}

const size = () => ({ width: $("plot").clientWidth, height: $("plot").clientHeight });
const signed = (v, w) => (v > 0 ? "+" : "") + w.number(v, v % 1 ? 1 : 0).replace("-", "−");
const line = (name, width) => ({ stroke: colour(name), width, points: { show: false }, spanGaps: false });
function inWords({ n = null, middle = null } = {}, w) {
  if (middle === null) return w.noFigure;
  return n === null ? w.ofGroup(w.number(middle, 1)) : w.ofSeats(w.number(middle, 2), n);
}

function whyNone(state, w) {
  const { session: { sees }, reason, status } = state;
  const over = Boolean(closedNs(state));
  const none = over ? w.noCurveEver : w.noCurve;
  if (over && status?.code === "after") return w.curveComes;
  if (sees.group) return `${none} ${reason || over ? w.noSeatYet : w.beginsWith}`;
  if (!sees.ledger || over) return `${none} ${w[`status-${status?.code}`] ?? ""}`;
  return tooFew(state.course) ? `${none} ${w["status-few"]}` : w.notHere;
}

/** A promise of a curve would not be kept. */
const tooFew = (course) => Boolean(course)
  && Object.values(course.seats).filter((spans) => spans.some(({ value }) => value)).length < LEAST_SEATS;

/** Of the group's newest seconds those without the seats that are still on their way: a median of
 * whoever came first would jump and come back. A seat that stays away changes it after all. */
function settled(group) {
  const newest = Math.max(...group.keys());
  const usual = group.get(newest - SETTLING_S)?.n ?? 0;
  return (time) => time <= newest - SETTLING_S || (group.get(time)?.n ?? usual) >= usual;
}

export function columns({ group, seats }, order, origin) {
  const drawn = settled(group);
  const times = [...new Set([...group.keys(), ...order.flatMap((seat) => [...seats.get(seat).keys()])])].sort((a, b) => a - b);
  const of = (name) => times.map((time) => (drawn(time) ? group.get(time)?.[name] ?? null : null));
  return [
    times.map((time) => time - origin), of("low"), of("high"), of("middle"),
    ...order.map((seat) => times.map((time) => seats.get(seat).get(time) ?? null)),
  ];
}

function phaseAt({ course, session }, time, w) {
  const ns = time * 1e9;
  const phase = course?.phases.find((one) => one.start_ns <= ns && (one.end_ns ?? Infinity) > ns);
  return phase ? label(phase.label, session.language) : w.beforeFirst;
}
