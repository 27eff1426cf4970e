// What each word of `expect` in the gallery means. A check pushes what it finds wrong to `wrong`; what boxes cannot
// tell it asks of the picture of the page, through `look`.

const wrong = [];
const looks = [];
let block, id;
const fail = text => wrong.push(`${id}: ${text}`);
const look = (kind, area, value) => looks.push({ id, kind, value,
  area: [area.left + scrollX, area.top + scrollY, area.right + scrollX, area.bottom + scrollY] });
const near = (one, other, most = 1.5) => Math.abs(one - other) <= most;
const spread = numbers => Math.max(...numbers) - Math.min(...numbers);
const all = selector => [...block.querySelectorAll(selector)];
const union = boxes => boxes.reduce((one, other) => ({
  left: Math.min(one.left, other.left), right: Math.max(one.right, other.right),
  top: Math.min(one.top, other.top), bottom: Math.max(one.bottom, other.bottom) }));
const shown = element => tokens(element).filter(token => token.getClientRects().length);
const need = (found, what) => { if (!found.length) fail(`has no ${what}`); return found; };
const tables = () => need(all('mtable').filter(each => !each.querySelector('mtable')), 'mtable');
const rowsOf = mtable => [...mtable.children].filter(row => row.localName === 'mtr');
// The table that the columns are those of: the outermost.
const content = cell => { const found = shown(cell); return found.length ? union(found.map(box)) : null; };
const BRACKETS = new Set('()[]{}|‖⟨⟩⌈⌉⌊⌋∣∥');

const checks = {
  // Something is drawn.
  ink: () => look('ink', box(block)),

  // Numerator, line, denominator, one above the other, the line as wide as the wider of both.
  bar: () => need(all('mfrac'), 'fraction').forEach(fraction => {
    const [above, below] = [...fraction.children].map(content);
    if (above.bottom > below.top + 1) fail('numerator and denominator overlap');
    if (!near(above.left + above.right, below.left + below.right, 8)) fail('numerator and denominator have two middles');
    const both = union([above, below]);
    look('line', { left: both.left + 1, right: both.right - 1, top: above.bottom - 4, bottom: below.top + 4 });
  }),

  // The line above what stands under the root.
  root: () => need(all('msqrt, mroot'), 'root').forEach(root => {
    const under = union((root.localName === 'mroot' ? [root.firstElementChild] : [...root.children]).flatMap(shown).map(box));
    const outer = box(root);
    if (outer.top > under.top + 1 || outer.right < under.right - 1) fail('the root does not cover its content');
    look('line', { left: under.left, right: under.right - 2, top: outer.top - 2, bottom: under.top + 0.4 * (under.bottom - under.top) });
  }),

  // Smaller, and above or below the middle of the base.
  scripts: () => need(all('msup, msub, msubsup'), 'script').forEach(node => {
    const [base, ...scripts] = [...node.children];
    const names = { msup: ['up'], msub: ['down'], msubsup: ['down', 'up'] }[node.localName];
    scripts.forEach((script, i) => {
      const from = box(base), to = content(script);
      const middle = (to.top + to.bottom) / 2;
      if (names[i] === 'up' ? middle >= from.middle : middle <= from.middle) fail('a script is on the wrong side');
      if (to.left < from.left + from.width / 2) fail('a script is on its base');
      if (!base.querySelector('msup') && fontSize(script) > 0.8 * fontSize(base) && fontSize(base) > 15) fail('a script is as large as its base');
    });
  }),

  // Above and below, on the middle of the sign.
  limits: () => need(all('munder, mover, munderover').filter(n => !n.hasAttribute('accent')), 'limit').forEach(node => {
    const [base, ...marks] = [...node.children];
    const sign = content(base) || box(base);
    marks.filter(mark => shown(mark).length).forEach((mark, i) => {
      const at = content(mark), below = node.localName !== 'mover' && i === 0;
      if (below ? at.top < sign.bottom - 0.4 * (sign.bottom - sign.top) : at.bottom > sign.top + 0.4 * (sign.bottom - sign.top))
        fail('a limit stands on its sign');
      if (!near((at.left + at.right) / 2, (sign.left + sign.right) / 2, 6)) fail('a limit is beside the middle');
    });
  }),

  // Signs of sums and integrals are larger than letters.
  big: () => {
    const signs = need(all('mo').filter(o => /^[∑∏∐∫∬∭∮⋃⋂⨁⨂⋁⋀]$/u.test(o.textContent.trim())), 'big sign');
    signs.forEach(sign => { if (box(sign).height < 1.25 * fontSize(sign)) fail(`${sign.textContent} is small`); });
  },

  // Each sign is higher than the one before it.
  growing: () => {
    const heights = all('mo').map(o => box(o).height);
    if (heights.length !== 4 || heights.some((h, i) => i && h < heights[i - 1] * 1.15)) fail(`heights ${heights}`);
  },

  // Brackets cover what they hold, and not much more; boxes of browsers are those of the chosen sizes.
  fences: () => {
    let found = 0;
    all('mrow').forEach(row => {
      const parts = [...row.children].filter(e => e.localName !== 'mspace' && e.getClientRects().length);
      const isFence = e => e && e.localName === 'mo' && BRACKETS.has(e.textContent.trim());
      const at = parts.map((e, i) => isFence(e) ? i : -1).filter(i => i >= 0);
      at.forEach((i, which) => {
        const opens = which % 2 === 0 && i < parts.length - 1;
        const inner = opens ? parts.slice(i + 1, at[which + 1] ?? parts.length) : parts.slice(at[which - 1] ? at[which - 1] + 1 : 0, i);
        const inside = inner.flatMap(e => e.localName === 'mtable' ? [e] : shown(e));
        if (!inside.length) return;
        const held = union(inside.map(box)), high = held.bottom - held.top, fence = box(parts[i]);
        if (high < 1.3 * fontSize(row)) return;
        found += 1;
        if (fence.height < 0.85 * high) fail(`${parts[i].textContent} is ${fence.height} px high, its content ${high} px`);
        if (fence.height > 1.6 * high + 6) fail(`${parts[i].textContent} is far higher than its content`);
        if (fence.top > held.top + 0.2 * high || fence.bottom < held.bottom - 0.2 * high) fail('a bracket leaves its content');
        look('high', { left: fence.left - 2, right: fence.right + 2, top: fence.top - 4, bottom: fence.bottom + 4 }, 0.8 * high);
      });
    });
    if (!found) fail('has no high bracket');
  },

  // A mark has its place above the middle of its letter.
  above: () => need(all('mover'), 'accent').forEach(over => {
    const [base, mark] = [...over.children].map(box);
    if (!near((mark.left + mark.right) / 2, (base.left + base.right) / 2, 5)) fail('the mark is beside its letter');
    if (mark.top >= base.middle) fail('the mark is below its letter');
    look('ink', { left: base.left - 4, right: base.right + 4, top: box(over).top - 6, bottom: base.top + 0.55 * base.height });
  }),

  // As wide as what it carries, by what is drawn: Chromium reports the box of a short arrow.
  stretched: () => {
    const marks = need(all('munder, mover, munderover').flatMap(node => [...node.children].filter(e =>
      e.localName === 'mo' && e.getAttribute('stretchy') === 'true').map(e => [node, e])), 'sign that stretches');
    marks.forEach(([node, mark]) => {
      const others = [...node.children].filter(e => e !== mark);
      const wide = Math.max(...others.map(e => box(e).width)), at = box(mark), middle = (box(node).left + box(node).right) / 2;
      if (wide < fontSize(mark)) fail('carries nothing wide');
      look('wide', { left: middle - wide / 2 - 6, right: middle + wide / 2 + 6, top: at.top - 1, bottom: at.bottom + 1 }, 0.85 * wide);
    });
  },

  framed: () => need(all('.boxed, .fcolorbox, .enclose-box, menclose[notation=box]'), 'frame').forEach(frame => look('frame', box(frame))),

  struck: way => need(all('menclose.strikes'), 'strike').forEach(each => {
    const place = content(each), strikes = [...each.querySelectorAll('.strike')].map(box);
    if (!strikes.length) fail('has no strike');
    if (CSS.supports('(not (-moz-appearance: none)) and (not (-webkit-backdrop-filter: blur(1px)))') && strikes.some(s => s.width < place.right - place.left - 2 || s.height < 1)) fail('a strike has no size');
    look('struck', { left: place.left, right: place.right, top: box(each).top, bottom: box(each).bottom }, way);
  }),

  coloured: () => look('coloured', box(block)),

  // Distances between letters in em.
  gaps: list => {
    const places = all('mi').map(box), size = fontSize(all('mi')[0]);
    list.split(',').map(Number).forEach((gap, i) => {
      const is = (places[i + 1].left - places[i].right) / size;
      if (!near(is, gap, 0.1)) fail(`gap ${i} is ${is} em`);
    });
  },

  // Lines between what is known and what follows, as wide as what stands above.
  inference: count => {
    const cells = need(all('mtd.infer'), 'inference');
    if (cells.length !== +count) fail(`${cells.length} inferences`);
    cells.forEach(cell => look('line', { left: box(cell).left + 2, right: box(cell).right - 2, top: box(cell).top - 3, bottom: box(cell).top + 6 }));
  },

  // Rows of letters and digits are equally far apart, `em` times the size of type.
  rows: em => tables().forEach(mtable => {
    const tops = rowsOf(mtable).map(row => box(row).top);
    const pitches = tops.slice(1).map((top, i) => top - tops[i]);
    if (pitches.length && spread(pitches) > 1) fail(`rows are ${pitches} apart`);
    if (em && pitches.some(p => !near(p, em * fontSize(mtable), 1))) fail(`rows are ${pitches} apart, not ${em * fontSize(mtable)}`);
  }),

  count: rows => { if (rowsOf(tables()[0]).length !== +rows) fail(`${rowsOf(tables()[0]).length} rows`); },

  // Left edges, right edges or middles of what the cells of a column show.
  columns: sides => {
    const outer = need(all('math')[0].querySelectorAll('mtable.align, mtable.gather').length ? all('mtable.align, mtable.gather') : tables(), 'table')[0];
    const lines = rowsOf(outer).map(cells).filter(row => row.length >= sides.replace('-', '').length);
    if (!lines.length) fail(`has no row of ${sides.length} cells`);
    [...sides.replace('-', '')].forEach((side, column) => {
      const places = lines.map(row => content(row[column])).filter(Boolean);
      const edges = places.map(p => ({ l: p.left, r: p.right, c: (p.left + p.right) / 2 })[side]);
      if (spread(edges) > 1.5) fail(`column ${column} (${side}) has edges ${edges}`);
    });
  },

  // As many lines across and upright as said, from side to side.
  ruled: grid => look('ruled', box(need(all('mtable'), 'mtable')[0]), grid),
  dashed: () => {
    const dashed = all('mtr, mtd').filter(e => ['Top', 'Right', 'Bottom', 'Left'].some(s => getComputedStyle(e)[`border${s}Style`] === 'dashed' && parseFloat(getComputedStyle(e)[`border${s}Width`])));
    need(dashed, 'dashed line');
  },

  // At the right margin, on its row, and in sight.
  numbers: count => {
    const numbers = all('.eqno').filter(e => e.textContent.trim());
    if (numbers.length !== +count) fail(`${numbers.length} numbers`);
    const margin = box(block.closest('li, blockquote, .theorem') || numbers[0]?.closest('.theorem') || block).right;
    numbers.forEach(number => {
      const at = textBox(number), row = box(number.closest('mtr') || number.closest('.eq'));
      if (!near(at.right, margin, 2)) fail(`number ends at ${at.right}, the column at ${margin}`);
      if (at.left < 0 || at.right > innerWidth) fail('a number is out of sight');
      if (at.middle < row.top || at.middle > row.bottom) fail('a number is beside its row');
      const top = document.elementFromPoint && innerHeight > row.bottom ? document.elementFromPoint(at.left + 1, at.middle) : number;
      if (top && !(number.contains(top) || top.contains(number))) fail(`a number is covered by ${top.outerHTML.slice(0, 60)}`);
    });
  },

  has: selector => { if (!block.querySelector(`:scope ${selector}`)) fail(`has no ${selector}`); else look('ink', box(block)); },

  // Rows and columns of a table of text.
  grid: size => {
    const [rows, columns] = size.split('x').map(Number);
    const lines = all('table tr').map(row => [...row.children].map(box));
    if (lines.length !== rows || lines.some(row => row.length !== columns)) fail(`${lines.map(r => r.length)} cells`);
    for (let i = 0; i < columns; i++) if (spread(lines.map(row => row[i].left)) > 1) fail(`column ${i} is not straight`);
    lines.forEach(row => { if (spread(row.map(c => c.top)) > 1) fail('a row is not straight'); });
  },
  cells: sides => all('tbody tr').forEach(row => [...row.children].forEach((cell, i) => {
    const want = { l: ['left', 'start'], r: ['right', 'end'], c: ['center'] }[sides[i]];
    if (!want.includes(getComputedStyle(cell).textAlign)) fail(`cell ${i} is ${getComputedStyle(cell).textAlign}`);
  })),

  // A note and its mark lead to each other.
  noted: () => {
    const mark = block.querySelector('sup > a'), note = document.querySelector(mark.getAttribute('href'));
    if (!note || !note.getClientRects().length) return fail('has no note');
    const back = [...note.querySelectorAll('a')].map(a => a.getAttribute('href'));
    if (!back.includes(`#${mark.id || mark.parentElement.id}`)) fail(`no way back, only ${back}`);
  },

  'code-lines': count => { if (all('pre')[0].textContent.trim().split('\n').length !== +count) fail('lines are lost'); },
  colours: least => { if (new Set(all('pre span').map(e => getComputedStyle(e).color)).size < +least) fail('all code has one colour'); },
  marked: lines => {
    const marks = all('.line'), grounds = marks.map(background);
    const is = grounds.map((g, i) => g !== background(all('pre')[0]) ? i + 1 : 0).filter(Boolean).join();
    if (is !== lines && !(marks.length < 3 && marks.length === lines.split(',').length)) fail(`lines ${is} of ${marks.length} are pointed out`);
  },
  'even-lines': () => {
    const tops = all('.line').map(e => box(e).top), pitches = tops.slice(1).map((t, i) => t - tops[i]);
    if (spread(pitches) > 1) fail(`lines of code are ${pitches} apart`);
  },
  captioned: where => {
    const caption = box(need(all('figcaption'), 'caption')[0]), what = box(all('img, pre')[0]);
    if (where === 'below' ? caption.top < what.bottom - 1 : caption.bottom > what.top + 1) fail('the caption is elsewhere');
    look('ink', caption);
  },
  beside: () => {
    const image = box(all('img')[0]), text = [...block.querySelectorAll('p')].flatMap(p => {
      const range = document.createRange(); range.selectNodeContents(p); return [...range.getClientRects()]; })
      .filter(r => r.height && r.width && r.height < 60 && r.top < image.bottom - 4 && r.bottom > image.top + 4);
    if (!text.some(r => r.left >= image.right)) fail('no text is beside the image');
  },
  indented: selector => need(all(selector), selector).forEach(e => {
    const by = box(e).left + parseFloat(getComputedStyle(e).paddingLeft) - box(block).left;
    if (by < 8) fail(`${selector} is ${by} px in`);
  }),
  within: () => shown(block).concat(all('p')).forEach(e => { if (box(e).right > box(block).right + 2) fail('sticks out at the right'); }),
  baseline: () => {
    const foot = element => { const mark = document.createElement('span'); mark.className = 'foot'; mark.append('\u200b'); element.append(mark); const b = box(mark).bottom; mark.remove(); return b; };
    const letter = box(all('math mi')[0]), line = textBox(all('p')[0]);
    if (letter.top < line.top - 3 || letter.bottom > line.bottom + 3) fail('the letter leaves its line');
  },
};

// What holds for every block: no error, nothing without a size, nothing cut off above or below, the page not wider.
const everywhere = () => {
  if (!block.getClientRects().length || !box(block).height) fail('takes no room');
  if (block.querySelector('.math-error, merror')) fail('shows an error');
  all('math').forEach(math => { if (!math.closest('details:not([open])') && (box(math).width < 1 || box(math).height < 1)) fail('a formula has no size'); });
  all('.eq-body, .eqs').forEach(e => {
    const room = box(e);
    shown(e).forEach(token => {
      if (box(token).top < room.top - 0.5 || box(token).bottom > room.bottom + 0.5) fail(`"${token.textContent}" is cut above or below`);
    });
    if (innerWidth > 900 && !e.hasAttribute('tabindex') && e.scrollWidth > e.clientWidth + 1) fail('scrolls, and no key reaches it');
  });
  all('math *').forEach(e => { if (!['none', 'normal'].includes(getComputedStyle(e, '::after').content)) fail(`${e.localName} has something after it`); });
  all('*').forEach(e => { if (!e.closest('.eq-body, .eqs, pre, .table-scroll, .sr-only, details:not([open]), svg') && box(e).right > innerWidth + 1) fail(`${e.localName} sticks out of the page`); });
};

const blocks = [...document.querySelectorAll('main [data-expect]')];
for (block of blocks) {
  id = block.id;
  everywhere();
  for (const word of block.dataset.expect.split(' ')) {
    const [name, ...value] = word.split('=');
    const check = checks[name];
    if (!check) { fail(`nobody knows what "${name}" means`); continue; }
    try { check(value.join('=')); } catch (error) { fail(`${name}: ${error}`); }
  }
}
