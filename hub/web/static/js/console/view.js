// What the console shows: the hub's course with the presses it has not heard folded on top. Pure.

import { lasting } from "../live/words.js";

const LASTS = (span) => span.end_ns === null;
const inTime = (a, b) => a.start_ns - b.start_ns;

/** {phases, current, presenter, speaker, kits: {seat: kit or null}, pending: Set of ids}. A phase: {id, event,
 * start_ns}. */
export function foldView(course, presses, unsent, toNs) {
  const [presenter, speaker] = [course.presenter, course.speaker].map((spans) => spans.findLast(LASTS));
  const view = {
    phases: course.phases.map(({ id, event, start_ns: start }) => ({ id, event, start_ns: start })),
    presenter: presenter?.value,
    speaker: speaker?.value,
    since: { presenter: presenter?.start_ns ?? 0, speaker: speaker?.start_ns ?? 0 },
    kits: Object.fromEntries(Object.entries(course.seats).map(([seat, spans]) => [seat, lasting(spans)?.value ?? null])),
    pending: unsent,
  };
  const gone = takenBack(presses);
  view.phases = view.phases.filter(({ event }) => !gone.has(event));
  for (const press of presses) if (!gone.has(press.id)) APPLY[press.kind]?.(view, press, momentOf(press, toNs));
  view.phases.sort(inTime);
  return { ...view, current: view.phases.at(-1) ?? null };
}

/** The moment a press speaks of, in hub ns. */
export const momentOf = (press, toNs) => press.at_ns ?? toNs(press.touched_ms - (press.ago_ms ?? 0));

const APPLY = {
  phase: (view, { id, data }, at) => {
    const runs = view.phases.filter(({ start_ns: start }) => start <= at).sort(inTime).at(-1);
    if (runs?.id !== data.phase) view.phases.push({ id: data.phase, event: id, start_ns: at });
  },
  presenter: lastSaid,
  speaker: lastSaid,
  seat: ({ kits }, { data: { seat, kit } }) => {
    for (const other of Object.keys(kits)) if (kits[other] === kit) kits[other] = null;
    kits[seat] = kit;
  },
  retime: (view, { data }, at) => {
    for (const phase of view.phases) if (phase.event === data.target) phase.start_ns = at;
  },
};

/** One that is dated back to before the last does not last, and the same again begins nothing. */
function lastSaid(view, { kind, data }, at) {
  if (at < view.since[kind] || view[kind] === data.seat) return;
  view[kind] = data.seat;
  view.since[kind] = at;
}

/** The ids of what these undo or delete, unless they are undone themselves. */
function takenBack(presses) {
  const gone = new Set();
  for (const { id, kind, data } of [...presses].reverse()) {
    if (["undo", "delete"].includes(kind) && !gone.has(id)) gone.add(data.target);
  }
  return gone;
}
