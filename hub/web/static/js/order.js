// How far a session is in its protocol's usual order, in which phases may come twice. Pure.

const times = (list, id) => list.filter((one) => one === id).length;

/** The ids of the phases that were pressed, in order of time. */
export const pressed = (phases) => phases.map(({ id }) => id);

/** Where in the order the last of these ids stands: the second time it was pressed, the second
 * time it comes. -1 where it does not come, or none was pressed. */
export function placeIn(order, ids) {
  const last = ids.at(-1);
  const places = order.flatMap((id, k) => (id === last ? [k] : []));
  return places[Math.min(times(ids, last), places.length) - 1] ?? -1;
}

/** The phase to suggest next: what usually follows upon the last, or upon the last that the order has. */
export function nextIn(order, ids) {
  const known = ids.slice(0, ids.findLastIndex((id) => order.includes(id)) + 1);
  return order[placeIn(order, known) + 1] ?? null;
}

/** True of a phase that was pressed, and is not to come again in the case that runs. */
export function isOver(order, ids, id) {
  const round = times(ids, ids.at(-1));
  return times(ids, id) >= Math.max(1, Math.min(round, times(order, id)));
}

/** Each place of the order: has it been pressed? */
export const passed = (order, ids) => order.map((id, k) => times(ids, id) >= times(order.slice(0, k + 1), id));
