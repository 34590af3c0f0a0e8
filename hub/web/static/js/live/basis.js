// What the figures stand against now, as far as this page can tell. Pure.

const WITHOUT = ["no baseline", "baseline too short"]; // reasons of a seat's arousal

/** "rest", "soFar", or "either": some seats' rest may have been too short. */
export function basis({ course, session, second }) {
  const rests = (session.protocol?.phases ?? []).filter(({ baseline }) => baseline).map(({ id }) => id);
  const over = course?.phases.some(({ id, end_ns: end }) => end !== null && rests.includes(id));
  if (!over) return "soFar";
  const reasons = [...second.values()].map(({ arousal }) => arousal?.r);
  const [without, own] = [reasons.some((one) => WITHOUT.includes(one)), reasons.includes(null)];
  if (without === own) return "either";
  return own ? "rest" : "soFar";
}
