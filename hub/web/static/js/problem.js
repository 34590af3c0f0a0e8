// A problem, shown with its three sentences.

import { h } from "./dom.js";
import { wall } from "./time.js";

/** The newest problems, this one first; those that it ends are gone. */
export const withProblem = (problems, problem, most) =>
  [problem, ...problems.filter(({ code }) => code !== problem.ends)].slice(0, most);

/** In the page's `words`, where they have it. */
export const inWords = (problem, words) => ({ ...problem, ...words.troubles[problem.form || problem.code] });

/** What the hub says in English stands below the page's own words: it has the address. */
export function problemCard(problem, words, action = null) {
  const said = inWords(problem, words);
  const fromHub = problem.at_ns || problem.status;
  const when = problem.at_ns ? [h("time", {}, wall(problem.at_ns)), " "] : null;
  if (problem.over) return h("p", { class: "soft small over", role: "status" }, when, `✓ ${said.what}`);
  return h("div", { class: "problem", role: "status" },
    h("p", { class: "what" }, when, said.what),
    said.kept ? line(words.kept, said.kept) : null,
    said.do ? line(words.todo, said.do) : null,
    fromHub && said.what !== problem.what ? h("p", { class: "small soft", lang: "en" }, problem.what) : null,
    action,
  );
}

/** Draw what stands above `root`, and move nothing of it under a finger: whoever wants to read scrolls up. What goes
 * while it is read leaves its room, as no page scrolls above its top. */
export function keepPlace(root, draw) {
  const top = () => root.getBoundingClientRect().top;
  const before = top();
  leaveRoom(root, 0);
  draw();
  scrollBy(0, top() - before);
  leaveRoom(root, Math.max(0, Math.round(before - top())));
}

/** Take the room that was left as far as it is out of sight. */
export const takeRoom = (root) => keepPlace(root, () => {});

/** So many pixels above `root`, below what stands there. */
export function leaveRoom(root, pixels) {
  root.previousElementSibling.style.paddingBottom = `${pixels}px`;
}

const line = (name, text) => h("p", {}, h("b", {}, `${name}: `), text);
