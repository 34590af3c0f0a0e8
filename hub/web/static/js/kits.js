// Kits as the hub tells of them: which are heard, and in what order they are listed. Pure.

const FRESH_NS = 10e9;

export const isHeard = ({ last_seen_ns: seen }, nowNs) => nowNs - seen <= FRESH_NS;

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
