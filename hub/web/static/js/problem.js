// A problem, shown with its three sentences.

import { h } from "./dom.js";
import { wall } from "./time.js";

export function problemCard(problem, words = {}, action = null) {
  const when = problem.at_ns ? h("time", {}, wall(problem.at_ns)) : null;
  return h("div", { class: "problem", role: "status" },
    h("p", { class: "what" }, when, problem.what),
    problem.kept ? line(words.kept ?? "Kept", problem.kept) : null,
    problem.do ? line(words.next ?? "To do", problem.do) : null,
    action,
  );
}

const line = (name, text) => h("p", {}, h("b", {}, `${name}: `), text);
