// Questions that tests ask of a page; the last line of a script given to Probe.ask sees all of these.

const formulas = [...document.querySelectorAll('main math')];

// The rectangle of an element as it was laid out, in CSS pixels of the window.
const box = element => {
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
  return { left, right, top, bottom, width, height, middle: (top + bottom) / 2 };
};

// The rectangle of an element's text alone, without padding: cells and blocks are wider than what they show.
const textBox = element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return box(range);
};

// Tokens that show something, in order; annotations and invisible operators show nothing.
const tokens = root => [root, ...root.querySelectorAll('*')].filter(element =>
  !element.firstElementChild && !element.closest('annotation') &&
  element.textContent.replace(/[\s\u200b\u2061-\u2064]/g, '') !== '');

const texts = root => tokens(root).map(element => element.textContent.trim());

// The rows of the outermost table of a formula; row numbers and padding are no cells of it.
const table = root => root.querySelector('mtable');
const rows = root => [...table(root).children].filter(child => child.localName === 'mtr');
const cells = row => [...row.children].filter(cell => !cell.matches('.eqno, .eqpad'));

// Text nodes that are drawn, outside of code.
const drawnTexts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || parent.closest('code, pre, annotation, script, style')) continue;
    if (parent.getClientRects().length) found.push(walker.currentNode);
  }
  return found;
};

// The colour behind an element: that of the nearest ancestor that has one.
const background = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== 'transparent' && !/^rgba\(.*, 0\)$/.test(colour)) return colour;
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(0, 0, 0)' : 'rgb(255, 255, 255)';
};

const colours = element => [getComputedStyle(element).color, background(element)];

const fontSize = element => parseFloat(getComputedStyle(element).fontSize);
