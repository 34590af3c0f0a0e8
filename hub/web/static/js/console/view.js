// What the console shows: the hub's course with the presses it has not heard folded on top. Pure.

import { lasting } from "../live/words.js";

const ROLES = ["presenter", "speaker"];
const inTime = (a, b) => a.start_ns - b.start_ns;

/** {phases, current, presenter, speaker, speaksSince (ns), kits: {seat: kit or null}, pending: Set of ids}. A phase:
 * {id, event, start_ns}. */
export function foldView(course, presses, unsent, toNs) {
  const view = {
    phases: course.phases.map(({ id, event, start_ns: start }) => ({ id, event, start_ns: start })),
    turns: ROLES.flatMap((role) => turnsOf(role, course)),
    kits: Object.fromEntries(Object.entries(course.seats).map(([seat, spans]) => [seat, lasting(spans)?.value ?? null])),
    pending: unsent,
  };
  const gone = takenBack(presses);
  for (const list of ["phases", "turns"]) view[list] = view[list].filter(({ event }) => !gone.has(event));
  for (const press of presses) if (!gone.has(press.id)) APPLY[press.kind]?.(view, press, momentOf(press, toNs));
  view.phases.sort(inTime);
  const [presenter, speaker] = ROLES.map((role) => lastTurn(view.turns.filter((turn) => turn.role === role)));
  const [current, speaksSince] = [view.phases.at(-1) ?? null, speaker?.start_ns];
  return { ...view, current, presenter: presenter?.seat, speaker: speaker?.seat, speaksSince };
}

/** {role, seat, event, start_ns} of what the hub has been told. */
function turnsOf(role, { history, [role]: spans }) {
  const made = new Map(history
    .filter(({ event, standing }) => event.kind === role && ["stands", "retimed"].includes(standing))
    .map(({ event, at_ns: at }) => [at, event.id]));
  return spans.map(({ value: seat, start_ns: start }) => ({ role, seat, event: made.get(start), start_ns: start }));
}

/** The one that lasts: the same again begins nothing. */
const lastTurn = (turns) => turns.sort(inTime).reduce((before, turn) => (before?.seat === turn.seat ? before : turn), null);

/** The moment a press speaks of, in hub ns. */
export const momentOf = (press, toNs) => press.at_ns ?? toNs(press.touched_ms - (press.ago_ms ?? 0), press.ahead);

const APPLY = {
  phase: (view, { id, data }, at) => {
    const runs = view.phases.filter(({ start_ns: start }) => start <= at).sort(inTime).at(-1);
    if (runs?.id !== data.phase) view.phases.push({ id: data.phase, event: id, start_ns: at });
  },
  presenter: takeTurn,
  speaker: takeTurn,
  seat: ({ kits }, { data: { seat, kit } }) => {
    for (const other of Object.keys(kits)) if (kits[other] === kit) kits[other] = null;
    kits[seat] = kit;
  },
  retime: ({ phases, turns }, { data }, at) => {
    for (const one of [...phases, ...turns]) if (one.event === data.target) one.start_ns = at;
  },
};

function takeTurn({ turns }, { id, kind, data }, at) {
  turns.push({ role: kind, seat: data.seat, event: id, start_ns: at });
}

/** The ids of what these undo or delete, unless they are undone themselves. */
function takenBack(presses) {
  const gone = new Set();
  for (const { id, kind, data } of [...presses].reverse()) {
    if (["undo", "delete"].includes(kind) && !gone.has(id)) gone.add(data.target);
  }
  return gone;
}
