// Keeps a page up to date while its author writes. Served by `sitegen serve` only; no published page has a script.

import { Overlay } from "./overlay.js";
import { morph } from "./morph.js";

const SCRIPT = 'script[src="/__sitegen/preview.js"]';
const EVENTS = "/__sitegen/events";
const NOTICE = "application/vnd.sitegen.notice+json";
const RETRY = 500; // milliseconds
const STYLE_TIMEOUT = 3000; // milliseconds

const overlay = new Overlay();
let notice = takeNotice(document);
const first = notice; // files that changed before the page was loaded came with it
let stale = false;
let busy = false;

// --- what the server says of a page, written on the script's own element --------------------------------------

/** Return what the server has to tell, and take the script away, so that the page is the published one. */
function takeNotice(page) {
  const script = page.querySelector(SCRIPT);
  if (!script) return null;
  script.remove();
  return JSON.parse(script.dataset.notice);
}

// --- bringing the page up to date -----------------------------------------------------------------------------

/** Take note that the server has the site in the state `run epoch`. */
function announce(state) {
  if (state === `${notice.run} ${notice.epoch}`) return;
  stale = true;
  update();
}

async function update() {
  if (busy) return;
  busy = true;
  try {
    while (stale) {
      stale = false;
      await refresh();
    }
  } catch {
    // The server has gone. When it is back, it announces its state.
  } finally {
    busy = false;
  }
}

async function refresh() {
  const headers = { "sitegen-page": notice.page };
  const answer = await fetch(location.href.replace(/#.*/s, ""), { cache: "no-store", headers });
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.startsWith(NOTICE)) {
    // The page is the same as before.
    notice = await answer.json();
    overlay.show(notice);
    return;
  }
  const page = kind.startsWith("text/html") && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page && takeNotice(page);
  if (!next) {
    location.replace(answer.url);
    return;
  }
  const before = notice;
  notice = next;
  const missed = freshen(page, before);
  const outdated = await exchangeStyles(page);
  outdated.forEach((link) => link.remove());
  morph(document.documentElement.querySelector("head"), page.head);
  morph(document.body, page.body);
  for (const name of ["lang", "class", "dir"]) {
    if (page.documentElement.hasAttribute(name)) {
      document.documentElement.setAttribute(name, page.documentElement.getAttribute(name));
    } else document.documentElement.removeAttribute(name);
  }
  if (missed.some(isNamedByStyles)) location.reload();
  else overlay.show(notice);
}

// --- files that changed under their names ---------------------------------------------------------------------

/** Give addresses of files that changed a version, else browsers show what they have; return those not on the page. */
function freshen(page, before) {
  if (notice.run !== first.run) return [];
  const changed = Object.keys(notice.versions).filter((path) => notice.versions[path] > first.epoch);
  const missed = new Set(changed.filter((path) => notice.versions[path] > before.epoch));
  if (!changed.length) return [];
  const freshened = (address) => {
    const url = new URL(address, location.href);
    const path = changed.find((known) => unescaped(known) === unescaped(url.pathname));
    if (url.origin !== location.origin || !path) return address;
    missed.delete(path);
    url.searchParams.set("sitegen", notice.versions[path]);
    return url.pathname + url.search + url.hash;
  };
  for (const element of page.querySelectorAll("[src], [poster], object[data], link[href]")) {
    for (const name of ["src", "poster", "data", "href"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, freshened(element.getAttribute(name)));
    }
  }
  for (const element of page.querySelectorAll("[srcset]")) {
    const entries = element.getAttribute("srcset").split(",").map((entry) => entry.trim().split(/\s+/));
    element.setAttribute("srcset", entries.map(([address, ...size]) => [freshened(address), ...size].join(" ")).join(", "));
  }
  return [...missed];
}

function unescaped(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a lone percent sign
  }
}

function isNamedByStyles(path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return [...document.styleSheets].some((sheet) => rulesOf(sheet).some((rule) => rule.cssText.includes(name)));
}

/** Return the rules of a stylesheet; none of one from another host, which browsers keep to themselves. */
function rulesOf(sheet) {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

/** Put the stylesheets of `page` beside those that they replace; return the latter once the former are loaded. */
async function exchangeStyles(page) {
  const links = (tree) => [...tree.querySelectorAll('head > link[rel="stylesheet"]')];
  const old = links(document);
  const fresh = links(page);
  const added = fresh.filter((link) => !old.some((other) => other.isEqualNode(link)));
  const outdated = old.filter((link) => !fresh.some((other) => other.isEqualNode(link)));
  const loading = added.map((link, index) => {
    const copy = document.importNode(link);
    const done = new Promise((resolve) => {
      copy.onload = copy.onerror = resolve;
      setTimeout(resolve, STYLE_TIMEOUT);
    });
    if (outdated[index]) outdated[index].before(copy);
    else document.head.append(copy);
    return done;
  });
  await Promise.all(loading);
  return outdated;
}

// --- hearing from the server ----------------------------------------------------------------------------------

// Browsers open six connections to a host, so only one tab listens, and tells the others.
const channel = new BroadcastChannel("sitegen");
let heard = "";

channel.onmessage = ({ data }) => {
  if (data !== "?") announce(data);
  else if (heard) channel.postMessage(heard);
};

function listen() {
  const events = new EventSource(EVENTS);
  events.onmessage = ({ data }) => {
    heard = data;
    channel.postMessage(data);
    announce(data);
  };
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
  };
}

if (notice) {
  overlay.show(notice);
  channel.postMessage("?");
  // A lock needs a secure context: this machine is one, an address in the local network is not.
  if (navigator.locks) navigator.locks.request("sitegen", () => new Promise(listen));
  else listen();
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    stale = true;
    update();
  });
}
