// Everything the page knows, from the hub's messages. One function a message type.

import { withProblem } from "../problem.js";

const WAVE_S = { ppg: 8, eda: 60 };
const PROBLEMS = 4;

export const fresh = () => ({
  session: null,
  course: null,
  group: new Map(), // time_s -> {n, middle, low, high}; n null: a figure that is safe for teams
  seats: new Map(), // seat -> Map(time_s -> arousal)
  second: new Map(), // seat -> the newest second's values
  waves: new Map(), // "3 ppg" -> {end_ns, period_ns, values}
  ledger: [],
  ledgerNs: 0,
  kits: null, // as the hub tells of them, where they may be seen
  reason: null, // why the group's newest second has no figure
  status: null, // why the team has a curve, or none
  catchingUp: false, // the figures are those of long ago
  problems: [],
  dropped: 0,
  refused: null,
});

export const closedNs = ({ course, session }) => course?.closed_ns ?? session.closed_ns;

/** Has all come that the kits held? It is known some seconds after the close at the soonest. */
export const isComplete = ({ session }) => Boolean(session.sealed_ns);

const HEARD = {
  session: (state, message) => { state.session = message; },
  course: (state, message) => { state.course = message; },
  ledger: (state, message) => { state.ledger = message.rows; state.ledgerNs = message.now_ns; },
  curves: hearCurves,
  group: hearGroup,
  team: hearTeam,
  status: (state, message) => { state.status = message; },
  "catching-up": (state, { on }) => { state.catchingUp = on; },
  second: hearSecond,
  wave: hearWave,
  problem: (state, message) => { state.problems = withProblem(state.problems, message, PROBLEMS); },
  dropped: (state, message) => { state.dropped += message.count; },
  refused: (state, message) => { state.refused = message; },
};

/** Take a batch in. A `first` batch begins anew. */
export function hear(state, messages, first) {
  if (first) Object.assign(state, fresh());
  for (const message of messages) HEARD[message.type]?.(state, message);
}

function hearCurves(state, { group, team, seats }) {
  group.time_s.forEach((time, k) => {
    state.group.set(time, { n: group.n[k], middle: group.median[k], low: group.low[k], high: group.high[k] });
  });
  if (team) hearTeam(state, team);
  for (const [seat, curve] of Object.entries(seats)) {
    state.seats.set(Number(seat), new Map(curve.time_s.map((time, k) => [time, curve.arousal[k]])));
  }
}

const toS = (ns) => Math.round(ns / 1e9);

function hearGroup(state, { time_ns: ns, n, median, low, high, reason }) {
  state.group.set(toS(ns), { n, middle: median, low, high });
  state.reason = reason;
}

function hearTeam(state, { time_s: times, step_s: step = 1, middle, low, high }) {
  times.forEach((time, k) => {
    if (!state.group.has(time - step)) state.group.set(time - step, { n: null, middle: null }); // a gap ends
    state.group.set(time, { n: null, middle: middle[k], low: low[k], high: high[k] });
  });
}

function hearSecond(state, { seat, time_ns: ns, values }) {
  state.second.set(seat, values);
  if (!values.arousal || !state.session?.sees.second) return;
  if (!state.seats.has(seat)) state.seats.set(seat, new Map());
  state.seats.get(seat).set(toS(ns), values.arousal.v);
}

function hearWave(state, { seat, channel, start_ns: start, period_ns: period, values }) {
  const key = `${seat} ${channel}`;
  const before = state.waves.get(key);
  const gap = before ? Math.round((start - before.end_ns) / period) : 0;
  const kept = before && gap >= 0 && gap * period < 30e9 ? before.values : [];
  const filled = [...kept, ...(kept.length ? Array(gap).fill(null) : []), ...values];
  state.waves.set(key, {
    end_ns: start + values.length * period,
    period_ns: period,
    values: filled.slice(-Math.round((WAVE_S[channel] * 1e9) / period)),
  });
}
