// What is wrong, on cards above the page, and the chip that leads to them: they may be out of sight.

import { $, holdSame, say, show } from "../dom.js";
import { problemCard } from "../problem.js";
import { aloud } from "./aloud.js";
import { isAsked } from "./ask.js";

$("trouble").onclick = leadToTrouble;

/** `wayOut(problem)`: what can be done about it on its card, or null. */
export function showTrouble(problems, words, wayOut) {
  say($("trouble"), words.trouble);
  show($("trouble"), problems.some(({ over }) => !over));
  const came = holdSame($("problems"), problems.map((problem) => problemCard(problem, words, wayOut(problem))));
  if (came.length && isAsked()) aloud(came.map(({ innerText }) => innerText).join(" "));
}

export function leadToTrouble() {
  scrollTo(0, 0);
  $("problems").focus({ preventScroll: true });
}
