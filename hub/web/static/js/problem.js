// A problem, shown with its three sentences.

import { h } from "./dom.js";
import { wall } from "./time.js";

/** The newest problems, this one first; those that it ends are gone. */
export const withProblem = (problems, problem, most) =>
  [problem, ...problems.filter(({ code }) => code !== problem.ends)].slice(0, most);

export function problemCard(problem, words = {}, action = null) {
  const when = problem.at_ns ? h("time", {}, wall(problem.at_ns)) : null;
  if (problem.over) return h("p", { class: "soft small over", role: "status" }, when, ` ✓ ${problem.what}`);
  return h("div", { class: "problem", role: "status" },
    h("p", { class: "what" }, when, problem.what),
    problem.kept ? line(words.kept ?? "Kept", problem.kept) : null,
    problem.do ? line(words.todo ?? "To do", problem.do) : null,
    action,
  );
}

const line = (name, text) => h("p", {}, h("b", {}, `${name}: `), text);
