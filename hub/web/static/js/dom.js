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

/** Draw `root` anew and give the focus back to the button that says the same. */
export function keepFocus(root, draw) {
  const focused = root.contains(document.activeElement) ? sign(document.activeElement) : null;
  draw();
  if (focused) [...root.querySelectorAll("button")].find((one) => sign(one) === focused)?.focus();
}

const sign = (element) => JSON.stringify(element.dataset) + (element.ariaLabel ?? "");
