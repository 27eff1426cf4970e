// Turn one tree of nodes into another while keeping every node that is the same in both, so that what a reader
// has done to the page outlives the change: where it is scrolled to, what is unfolded, selected or playing.

// Replaced as a whole when anything in them differs: browsers lay formulas and drawings out as one.
const WHOLE = new Set(["math", "svg", "SCRIPT", "STYLE"]);

// Attributes that the reader sets by using the page.
const READERS = { DETAILS: "open", DIALOG: "open" };

/** Make the element `old` equal to the element `fresh`, of the same name. Nodes of `fresh` move over. */
export function morph(old, fresh) {
  copyAttributes(old, fresh);
  align(old, [...old.childNodes], [...fresh.childNodes], null);
}

function copyAttributes(old, fresh) {
  const readers = READERS[old.nodeName];
  for (const { name, namespaceURI, value } of [...fresh.attributes]) {
    if (name !== readers && old.getAttribute(name) !== value) old.setAttributeNS(namespaceURI, name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (name !== readers && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** Turn the children `old` of `parent`, which stand before the node `end`, into `fresh`. */
function align(parent, old, fresh, end) {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start].isEqualNode(fresh[start])) start++;
  let oldEnd = old.length;
  let freshEnd = fresh.length;
  while (oldEnd > start && freshEnd > start && old[oldEnd - 1].isEqualNode(fresh[freshEnd - 1])) {
    oldEnd--;
    freshEnd--;
  }
  if (oldEnd < old.length) end = old[oldEnd];
  old = old.slice(start, oldEnd);
  fresh = fresh.slice(start, freshEnd);
  const kept = old.length && fresh.length ? landmarks(old, fresh) : [];
  if (!kept.length) {
    pair(parent, old, fresh, end);
    return;
  }
  // What stands between two nodes that stay is a smaller task of the same kind.
  let oldFrom = 0;
  let freshFrom = 0;
  for (const [oldAt, freshAt] of [...kept, [old.length, fresh.length]]) {
    align(parent, old.slice(oldFrom, oldAt), fresh.slice(freshFrom, freshAt), old[oldAt] ?? end);
    oldFrom = oldAt + 1;
    freshFrom = freshAt + 1;
  }
}

/** Return pairs of indices, both increasing, of nodes that occur once in each list: those that did not change. */
function landmarks(old, fresh) {
  const places = once(old);
  const found = [];
  for (const [text, freshAt] of once(fresh)) {
    if (places.get(text) >= 0 && freshAt >= 0) found.push([places.get(text), freshAt]);
  }
  return increasing(found);
}

/** Map what each node is to its index, or to -1 where several are the same. */
function once(nodes) {
  const places = new Map();
  nodes.forEach((node, index) => {
    const text = node.outerHTML ?? node.nodeValue;
    if (text.trim()) places.set(text, places.has(text) ? -1 : index);
  });
  return places;
}

/** Return the longest run of pairs, sorted by their second part, whose first parts increase as well. */
function increasing(pairs) {
  const tails = []; // the pair that ends the best run of each length
  const before = new Map();
  for (const pair of pairs) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle][0] < pair[0]) low = middle + 1;
      else high = middle;
    }
    before.set(pair, tails[low - 1]);
    tails[low] = pair;
  }
  const run = [];
  for (let pair = tails.at(-1); pair; pair = before.get(pair)) run.unshift(pair);
  return run;
}

/** Turn nodes into others, none of which are the same: change those of one kind, in order; remove and add the rest. */
function pair(parent, old, fresh, end) {
  let at = 0;
  for (const node of fresh) {
    let next = at;
    while (next < old.length && !alike(old[next], node)) next++;
    if (next === old.length) {
      parent.insertBefore(node, old[at] ?? end);
      continue;
    }
    while (at < next) old[at++].remove();
    const kept = old[at++];
    if (kept.nodeType !== Node.ELEMENT_NODE) kept.nodeValue = node.nodeValue;
    else if (!kept.isEqualNode(node)) morph(kept, node);
  }
  while (at < old.length) old[at++].remove();
}

function alike(old, fresh) {
  return old.nodeName === fresh.nodeName && old.namespaceURI === fresh.namespaceURI && (old.id ?? "") === (fresh.id ?? "")
    && (!WHOLE.has(old.nodeName) || old.isEqualNode(fresh));
}
