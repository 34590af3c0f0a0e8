// Kits as the hub tells of them: which are heard, and in what order they are listed. Pure.

const FRESH_NS = 10e9;
const AWAY_NS = 600e9; // who changes a battery is back before

/** As many as a session takes: SEATS_MAX of hub/web/calls.py. */
export const SEATS = 40;

export const isHeard = ({ last_seen_ns: seen }, nowNs) => nowNs - seen <= FRESH_NS;

/** Not heard for so long that it is rather not in use today. */
export const isAway = ({ last_seen_ns: seen }, nowNs) => nowNs - seen > AWAY_NS;

/** Of kits with these names those that are waited for once their session is over: not heard since, or still at it. */
export const awaited = (names, kits, session, closedNs) => names.filter((name) => {
  const kit = kits.find((one) => one.kit === name);
  return !kit || kit.last_seen_ns <= closedNs || kit.session === session;
});

/** Is it a button box by its name, and a kit by its word? Or the other way round. */
export const contradicts = ({ role, says }) => Boolean(says) && says !== role;

/** kit-2 before kit-10, button boxes last. */
export const inOrder = (a, b) =>
  (a.role === "box") - (b.role === "box") || a.kit.localeCompare(b.kit, "en", { numeric: true });
