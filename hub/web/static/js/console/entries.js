// What the history lists, newest first: presses and corrections, and what each came to. Pure.

import { label } from "../live/words.js";
import { wall } from "../time.js";
import { momentOf } from "./view.js";

export const CORRECTIONS = ["undo", "delete", "retime"];
const SHOWN = ["phase", "marker", "presenter", "speaker", "seat", ...CORRECTIONS];
const DEEPEST = 4; // undo of an undo of ...: as far as it is put into words

/** {id, kind, data, source, first_ns: as it was said, at_ns: as it counts, standing, reason, code, by} */
export function entries({ course, waiting, toNs }) {
  const heard = course.history.filter(({ event }) => SHOWN.includes(event.kind) && event.source !== "hub").map(fromHub);
  const known = new Set(course.history.map(({ event }) => event.id));
  const pending = waiting.filter(({ id, kind }) => SHOWN.includes(kind) && !known.has(id)).map((press) => unsent(press, toNs));
  return [...pending, ...heard].sort((a, b) => b.at_ns - a.at_ns || (a.data.seat ?? 0) - (b.data.seat ?? 0));
}

const fromHub = ({ event, at_ns: at, standing, reason, code, by }) =>
  ({ ...event, first_ns: event.at_ns, at_ns: at, to_ns: event.data.to_ns, standing, reason, code, by });

function unsent(press, toNs) {
  const moment = momentOf(press, toNs);
  const at = press.kind === "retime" ? toNs(press.touched_ms, press.ahead) : moment;
  return { ...press, source: "console", first_ns: at, at_ns: at, to_ns: moment, standing: "pending" };
}

/** Why an entry has no effect, or another than it says. */
export const because = ({ code, reason }, w) => w[`why-${code}`] ?? reason;

/** Of a protocol's phases or markers the one with this id, in words. */
export const named = (list, id, language) => label(list.find((one) => one.id === id)?.label, language) || id;

/** An entry in words. `all`: the entries among which it names another. */
export function describe(entry, all, page, depth = 0) {
  const { protocol, language, w } = page;
  const { kind, data } = entry;
  const seat = data.seat ? w.seatNumber(data.seat) : w.nobody;
  const target = () => {
    const found = all.find(({ id }) => id === data.target) ?? all.find(({ by }) => by === entry.id);
    return found && depth < DEEPEST ? describe(found, all, page, depth + 1) : "…";
  };
  return {
    phase: () => named(protocol.phases, data.phase, language),
    marker: () => `◆ ${named(protocol.markers, data.label, language)}`,
    presenter: () => `${w.presents}: ${seat}`,
    speaker: () => `${w.speaks}: ${seat}`,
    seat: () => `${w.seatNumber(data.seat)}: ${data.kit ?? w.noKit}`,
    undo: () => `${w.undo}: ${target()}`,
    delete: () => `${w.remove}: ${target()}`,
    retime: () => `${w.move} ${wall(entry.to_ns)}: ${target()}`,
  }[kind]();
}
