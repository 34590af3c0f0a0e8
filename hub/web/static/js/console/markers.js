// One button a marker of the protocol's vocabulary. There is no free text.

import { h } from "../dom.js";
import { label } from "../live/words.js";

const FLASH_MS = 900;

export function drawMarkers(root, { protocol, language, press }) {
  const button = (marker) => {
    const text = label(marker.label, language);
    return h("button", {
      type: "button", "data-marker": marker.id,
      onclick: (event) => {
        event.currentTarget.classList.add("flash");
        setTimeout((element) => element.classList.remove("flash"), FLASH_MS, event.currentTarget);
        press("marker", { label: marker.id }, { event, text });
      },
    }, text);
  };
  root.replaceChildren(h("div", { class: "list" }, protocol.markers.map(button)));
}
