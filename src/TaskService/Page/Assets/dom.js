// Elements from data. Whatever comes from a task is hostile: it becomes text or an attribute's value, never markup.

/** Makes an element; of its children, null and false are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Makes the children of an element those given, changing what differs and nothing else, so that a look every two seconds takes neither focus nor
 * selection away. Rows have a data-key, by which they are found again.
 */
export function patch(parent, ...fresh) {
  const nodes = fresh.flat(Infinity).filter(node => node !== null && node !== undefined && node !== false)
    .map(node => (node instanceof Node ? node : document.createTextNode(node)));
  const keyed = new Map([...parent.children].filter(child => child.dataset.key !== undefined).map(child => [child.dataset.key, child]));
  let next = parent.firstChild;
  for (const node of nodes) {
    const key = node.dataset?.key;
    const found = key === undefined ? next : keyed.get(key);
    if (!found || !isAlike(found, node)) {
      parent.insertBefore(node, next);
      continue;
    }
    if (found === next) {
      next = next.nextSibling;
    } else {
      parent.insertBefore(found, next);
    }
    update(found, node);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function isAlike(one, other) {
  return one.nodeName === other.nodeName && one.dataset?.key === other.dataset?.key;
}

function update(element, wanted) {
  if (element.nodeType === Node.TEXT_NODE) {
    if (element.data !== wanted.data) {
      element.data = wanted.data;
    }
    return;
  }
  for (const { name, value } of [...wanted.attributes]) {
    if (name !== 'open' && element.getAttribute(name) !== value) {
      element.setAttribute(name, value);
    }
  }
  for (const { name } of [...element.attributes]) {
    // Whether details are open is for whoever opened them to say, and a button is busy until who made it so says otherwise.
    if (!wanted.hasAttribute(name) && name !== 'open' && name !== 'aria-busy') {
      element.removeAttribute(name);
    }
  }
  patch(element, [...wanted.childNodes]);
}

/** A table: columns are {title, cell(row), number, rest}, where rest takes what room is left; each row has a key. On narrow screens a row becomes a card with the titles beside the cells. */
export function table(caption, columns, rows, keyOf, none) {
  if (rows.length === 0) {
    return h('p', { class: 'none' }, none);
  }
  return h('div', { class: 'scroll' },
    h('table', null,
      h('caption', { class: 'unseen' }, caption),
      h('thead', null, h('tr', null, columns.map(column => h('th', { scope: 'col', class: kindOf(column) }, column.title)))),
      h('tbody', null, rows.map(row => h('tr', { 'data-key': keyOf(row) },
        columns.map(column => h('td', { class: kindOf(column), 'data-title': column.title }, column.cell(row))))))));
}

const kindOf = column => (column.number ? 'number' : column.rest && 'rest');

/** Calls what belongs to the data-act of a button that is pressed. Listening once, above, survives every patch. */
export function onAct(root, acts, signal) {
  root.addEventListener('click', event => {
    const button = event.target.closest('button[data-act]');
    if (button && acts[button.dataset.act]) {
      acts[button.dataset.act](button);
    }
  }, { signal });
}
