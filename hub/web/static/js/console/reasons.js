// Why an entry of the history has no effect, or another than it says: by the hub's code.

export const REASONS = {
  "why-running": ["this phase was already running", "ez a fázis már tartott", "diese Phase lief schon"],
  "why-unchanged": [
    "nothing changed: this was so already", "nem változott semmi: már így volt", "nichts hat sich geändert: das war schon so",
  ],
  "why-same-moment": [
    "another press took effect at the same moment",
    "egy másik jelölés ugyanabban a pillanatban lépett életbe",
    "eine andere Angabe gilt ab demselben Moment",
  ],
  "why-twice": [
    "pressed twice at once: it counts as one press", "egyszerre kétszer nyomták meg: egynek számít", "zweimal zugleich gedrückt: es zählt einmal",
  ],
  "why-moved": ["moved in time by a later event", "később áthelyezve", "später verschoben"],
  "why-to-opening": [
    "moved to the opening of the session: nothing was recorded before it",
    "az ülés megnyitására helyezve: előtte nem volt felvétel",
    "auf die Eröffnung der Sitzung verschoben: vorher wurde nichts aufgenommen",
  ],
  "why-overtaken": ["another re-time came after it", "később másik időpont váltotta fel", "später wurde eine andere Zeit gesetzt"],
  "why-undone": ["undone by a later event", "később visszavonva", "später zurückgenommen"],
  "why-deleted": ["deleted by a later event", "később törölve", "später gelöscht"],
  "why-no-time": [
    "it does not say to when: to_ns is a whole number of nanoseconds, UTC",
    "nem mondja meg, mikorra: a to_ns egész szám, UTC-nanoszekundum",
    "es sagt nicht, auf wann: to_ns ist eine ganze Zahl, Nanosekunden in UTC",
  ],
  "why-to-future": ["it would move the press into the future", "a jövőbe helyezné át", "es läge damit in der Zukunft"],
  "why-behind-end": [
    "it would move the press behind the end of the session", "az ülés vége utánra helyezné át", "es läge damit hinter dem Ende der Sitzung",
  ],
  "why-none-left": ["there was nothing left to undo", "nem volt mit visszavonni", "es gab nichts mehr zurückzunehmen"],
  "why-undone-before": ["what it names was undone before", "már vissza volt vonva", "es war schon zurückgenommen"],
  "why-deleted-before": ["what it names was deleted before", "már törölve volt", "es war schon gelöscht"],
  "why-itself": ["it names itself", "önmagára vonatkozik", "es nennt sich selbst"],
  "why-no-effect": ["what it names had no effect", "amire vonatkozik, annak nem volt hatása", "was es nennt, war ohne Wirkung"],
  "why-unknown": [
    "nothing is known by the name it gives, or it cannot be corrected",
    "amire vonatkozik, ismeretlen, vagy nem javítható",
    "was es nennt, ist nicht bekannt oder lässt sich nicht ändern",
  ],
  "why-other-kind": [
    "this cannot be said of a correction", "javításról ez nem mondható", "von einer Änderung lässt sich das nicht sagen",
  ],
  "why-before-opening": [
    "it is dated before the session was opened", "ideje az ülés megnyitása előtti", "seine Zeit liegt vor der Eröffnung der Sitzung",
  ],
  "why-after-close": [
    "it is dated after the session was closed", "ideje az ülés lezárása utáni", "seine Zeit liegt nach dem Ende der Sitzung",
  ],
  "why-future": [
    "it is dated in the future: check that time, or the clock of what sent it",
    "ideje a jövőben van: ellenőrizze az időpontot vagy a küldő óráját",
    "seine Zeit liegt in der Zukunft: prüfen Sie sie oder die Uhr des Senders",
  ],
  "why-no-phase": [
    "the session’s protocol has no such phase", "az ülés protokolljában nincs ilyen fázis", "der Ablauf der Sitzung hat keine solche Phase",
  ],
  "why-no-marker": [
    "the session’s protocol has no such marker", "az ülés protokolljában nincs ilyen jelölés", "der Ablauf der Sitzung hat keine solche Markierung",
  ],
  "why-no-seat": ["the session has no such seat", "az ülésen nincs ilyen szék", "die Sitzung hat keinen solchen Platz"],
  "why-seat": ["a seat is a number from 1 to 99", "a szék egy szám 1-től 99-ig", "ein Platz ist eine Zahl von 1 bis 99"],
  "why-kit": [
    "a kit’s name is 1-24 of a-z 0-9 -", "egy eszköz neve 1-24 jel ezekből: a-z 0-9 -", "der Name eines Geräts hat 1-24 Zeichen aus a-z 0-9 -",
  ],
  "why-not-open": ["the session was not opened", "az ülés nem volt megnyitva", "die Sitzung war nicht eröffnet"],
};
