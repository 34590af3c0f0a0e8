// Elements in one line each.

export const $ = (id) => document.getElementById(id);

/** h("button", {class: "big", onclick: f, "aria-pressed": true}, "text", child) */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false && !name.startsWith("aria-")) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
}

/** Set text only where it differs, so that screen readers and selections are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show the element, or hide it. */
export function show(element, visible) {
  element.hidden = !visible;
}

/** Draw `root` anew and give the focus back to what says the same. */
export function keepFocus(root, draw) {
  const back = root.contains(document.activeElement) ? focusLater(root) : null;
  draw();
  back?.();
}

/** What gives the focus back, where it was lost meanwhile: to what says in `root` what has it now says, or, where that
 * is gone, to the first button of its row: while a list or a field has it, nothing is drawn. */
export function focusLater(root = document.body) {
  const [said, row] = [sign(document.activeElement), rowOf(document.activeElement)];
  return () => {
    if (document.activeElement !== document.body) return;
    const all = [...root.querySelectorAll(":is(button, select, input):enabled, summary, a")];
    (all.find((one) => sign(one) === said) ?? all.find((one) => row && rowOf(one) === row && one.matches("button")))?.focus();
  };
}

/** By its names, or, where it has none, by its text: that of others changes. */
function sign(element) {
  const names = [element.id, element.ariaLabel, ...Object.values(element.dataset)].filter(Boolean);
  return JSON.stringify([element.tagName, rowOf(element), names.length ? names : element.textContent]);
}

const rowOf = (element) => element.closest("[data-id]")?.dataset.id;
