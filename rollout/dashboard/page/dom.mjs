/** An element with attributes and children; texts become text nodes, so that nothing in them is ever markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Sets a text only if it changes, so that a screen reader does not read it again. */
export function setText(id, text) {
  const node = byId(id);
  if (node.textContent !== text) node.textContent = text;
}

const drawn = new Map();

/** Draws a part of the page again only if its data changed, so that focus and selection stay. */
export function draw(id, data, children) {
  const json = JSON.stringify(data) ?? "";
  if (drawn.get(id) === json) return;
  drawn.set(id, json);
  const focused = document.activeElement?.dataset?.key;
  const part = byId(id);
  part.replaceChildren(...children().filter((child) => child !== undefined));
  if (focused !== undefined)
    [...part.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === focused)?.focus();
}

/**
 * A table with a caption for those who can't see what stands around it. It scrolls on its own where the page is narrow, also by
 * keyboard.
 */
export function table(caption, columns, rows) {
  const heads = columns.map((column) => element("th", { scope: "col" }, column));
  return element(
    "div",
    { class: "scroll", role: "group", "aria-label": caption, tabindex: 0, "data-key": caption },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, heads)),
      element("tbody", {}, rows),
    ),
  );
}
