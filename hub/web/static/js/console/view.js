// What the console shows: the hub's course with the presses it has not heard folded on top. Pure.

const LASTS = (span) => span.end_ns === null;

/** {phases, current, presenter, speaker, pending: Set of ids}. A phase: {id, event, start_ns}. */
export function foldView(course, presses, unsent, toNs) {
  const view = {
    phases: course.phases.map(({ id, event, start_ns: start }) => ({ id, event, start_ns: start })),
    presenter: course.presenter.findLast(LASTS)?.value,
    speaker: course.speaker.findLast(LASTS)?.value,
    said: [],
    pending: unsent,
  };
  for (const press of presses) APPLY[press.kind]?.(view, press, momentOf(press, toNs));
  view.phases.sort((a, b) => a.start_ns - b.start_ns);
  return { ...view, current: view.phases.at(-1) ?? null };
}

/** The moment a press speaks of, in hub ns. */
export const momentOf = (press, toNs) => press.at_ns ?? toNs(press.touched_ms - (press.ago_ms ?? 0));

const APPLY = {
  phase: (view, { id, data }, at) => view.phases.push({ id: data.phase, event: id, start_ns: at }),
  presenter: (view, { id, data }) => say(view, "presenter", id, data.seat),
  speaker: (view, { id, data }) => say(view, "speaker", id, data.seat),
  undo: (view, { data }) => takeBack(view, data.target),
  delete: (view, { data }) => takeBack(view, data.target),
  retime: (view, { data }, at) => {
    for (const phase of view.phases) if (phase.event === data.target) phase.start_ns = at;
  },
};

function say(view, kind, id, value) {
  view.said.push({ kind, id, before: view[kind] });
  view[kind] = value;
}

function takeBack(view, target) {
  view.phases = view.phases.filter((phase) => phase.event !== target);
  const said = view.said.findLast(({ id }) => id === target);
  if (said) view[said.kind] = said.before;
}
