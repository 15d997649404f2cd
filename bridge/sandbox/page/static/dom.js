// Making and updating elements. Text only ever becomes text: nothing here parses HTML.

/** An element; `props`: class, text, on{Event}, dataset as data-*, anything else as attribute. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "onclick") node.addEventListener("click", value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/**
 * Make the children of `parent` those of `items`, keeping the nodes of unchanged items
 * and the focus in those that changed. Returns true when anything changed.
 */
export function keyed(parent, items, keyOf, draw) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  let changed = old.size !== items.length;
  let before = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const print = JSON.stringify(item);
    let node = old.get(key);
    if (!node || node.dataset.print !== print) {
      const fresh = draw(item);
      fresh.dataset.key = key;
      fresh.dataset.print = print;
      fresh.classList.toggle("new", !node);
      if (node === before && node) before = node.nextElementSibling;
      node?.remove();
      node = fresh;
      changed = true;
    }
    old.delete(key);
    if (node === before) before = before.nextElementSibling;
    else parent.insertBefore(node, before);
  }
  for (const node of old.values()) node.remove();
  if (focused && !parent.contains(document.activeElement)) refocus(parent, focused);
  return changed;
}

function refocus(parent, name) {
  for (const node of parent.querySelectorAll("[data-focus]")) {
    if (node.dataset.focus === name) return node.focus({ preventScroll: true });
  }
  return undefined;
}

/** Replace all children. */
export function fill(parent, ...children) {
  parent.replaceChildren(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );
}

/** Keep a list at its end, whatever grows in or around it, unless its reader has scrolled up. */
export function stayAtEnd(list) {
  let atEnd = true;
  let height = 0;
  const settle = () => {
    height = list.clientHeight;
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  list.addEventListener("scroll", () => {
    // When the list itself has just changed its height, nobody scrolled: the observer settles it.
    if (list.clientHeight === height) atEnd = list.scrollHeight - list.scrollTop - height < 40;
  });
  new ResizeObserver(settle).observe(list);
  const toEnd = () => {
    atEnd = true;
    settle();
  };
  return { settle, toEnd };
}

/** Say something to screen readers, politely; what is said at the same moment is said one after the other. */
export function announce(text) {
  const line = el("p", { text });
  byId("live").append(line);
  setTimeout(() => line.remove(), 8000);
}
