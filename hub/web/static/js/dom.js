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

/** `act(event)` once a choice is made: by pointer, by Enter, or by leaving the list. Arrow keys only look; Escape puts
 * it back. */
export function onChosen(select, act) {
  let looks = false;
  const made = (event) => {
    if (select.value === drawnIn(select)) return;
    event.preventDefault(); // or the Enter that chose answers what is asked then
    act(event);
  };
  const keys = { Enter: made, Escape: () => { select.value = drawnIn(select); } };
  const on = {
    pointerdown: () => { looks = false; },
    keydown: (event) => {
      looks = !event.altKey && event.key !== " " && event.key !== "Enter"; // these open a list, whose Enter is a choice
      keys[event.key]?.(event);
    },
    change: (event) => looks || made(event),
    blur: (event) => setTimeout(() => { // where the focus is by then
      const isLeft = select.isConnected || event.relatedTarget; // or it went with the focus in it
      if (document.hasFocus() && isLeft) made(event);
    }),
  };
  for (const [name, hear] of Object.entries(on)) select.addEventListener(name, hear);
}

/** The choice that a list was drawn with: what was looked at since, before another window had the focus too, is none. */
const drawnIn = ({ options }) => ([...options].find((one) => one.defaultSelected) ?? options[0])?.value;

/** After a finger's choice: a list that has the focus is not drawn anew. Keys stay where they are. */
export const letGo = (select) => select.matches(":focus-visible") || select.blur();

/** The list or field within `root` that has the focus: drawn anew, it would lose it, and what is about to be chosen. */
export function fieldIn(root) {
  const field = document.activeElement?.closest("input, select");
  return root.contains(field) ? field : null;
}

/** Put `fresh`, drawn as `root` was, into it, but for `kept`, wherever that is in it. */
export function replaceBut(kept, root, fresh) {
  const old = [...root.children];
  if (!kept) return root.replaceChildren(...fresh);
  fresh.forEach((one, k) => {
    if (!old[k].contains(kept)) old[k].replaceWith(one);
    else if (old[k] !== kept) replaceBut(kept, old[k], [...one.children]);
  });
}

/** Have these alone in `root`, in this order; those that are there stay where they are. */
export function holdOnly(root, all) {
  for (const one of [...root.children]) if (!all.includes(one)) one.remove();
  all.forEach((one, k) => root.children[k] === one || root.insertBefore(one, root.children[k] ?? null));
}

/** Show these in `root`, each once. One that says what it said stays, and is not read aloud again. Gives those that came. */
export function holdSame(root, fresh) {
  const old = [...root.children];
  const same = (one) => [...old, ...fresh].find((other) => other.isEqualNode(one));
  const all = [...new Set(fresh.map(same))];
  holdOnly(root, all);
  return all.filter((one) => !old.includes(one));
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
    (all.find((one) => sign(one) === said) ?? all.find((one) => row && rowOf(one) === row && one.matches("button")))
      ?.focus({ preventScroll: true }); // or the page moves under a finger
  };
}

/** Which one it is, also once it is drawn anew: by its row and its names, or, where it has none, by its text: that of
 * others changes. */
export function sign(element) {
  const names = [element.id, element.ariaLabel, ...Object.values(element.dataset)].filter(Boolean);
  return JSON.stringify([element.tagName, rowOf(element), names.length ? names : element.textContent]);
}

const rowOf = (element) => element.closest("[data-id]")?.dataset.id;
