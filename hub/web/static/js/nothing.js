// An address at which there is nothing, told in what this device speaks.

import { $, h } from "./dom.js";
import { inLanguage, ownLanguage } from "./languages.js";
import { problemCard } from "./problem.js";

const WORDS = {
  nothing: [
    { what: "There is nothing at this address.", kept: "Nothing was changed." },
    { what: "Ezen a címen nincs semmi.", kept: "Semmi sem változott." },
    { what: "Unter dieser Adresse gibt es nichts.", kept: "Es wurde nichts verändert." },
  ],
  back: ["To the live page", "Az élő oldalra", "Zur Live-Seite"],
};

const language = ownLanguage();
const w = inLanguage(WORDS, language);
document.documentElement.lang = language;
$("problems").replaceChildren(problemCard(w.nothing, w, h("p", {}, h("a", { href: "/" }, w.back))));
