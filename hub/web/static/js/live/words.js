// A phase's or marker's label in the session's language.

export const label = (labels, language) => labels?.[language] || labels?.en || "";

/** The span that lasts, or the last one of a session that is over. */
export const lasting = (spans) => spans?.findLast((one) => one.end_ns === null) ?? null;
