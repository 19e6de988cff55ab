/** Makes elements with text, and puts them in place of others only where something changed. Text is never parsed. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {string} [className]
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export const element = (name, className = '', children = []) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
};

/** The element of the page with this id. @param {string} id */
export const byId = (id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element "${id}"`);
  return found;
};

/** @type {WeakMap<Element, string>} */
const shownBefore = new WeakMap();

/**
 * Fills it anew if what it shows is another.
 * @param {Element} parent
 * @param {unknown} what decides whether it is another
 * @param {() => readonly (Node | string)[]} children
 */
export const fill = (parent, what, children) => {
  const text = JSON.stringify(what);
  if (shownBefore.get(parent) === text) return;
  shownBefore.set(parent, text);
  parent.replaceChildren(...children());
};

/** @param {Element} element @param {string} text */
export const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
