// What the server has to say, above the page and no part of it: why the page is not up to date, what is wrong with
// its post, and whether it will be published. Everything is set as text, so nothing in a post can become markup.

const WORDS = { draft: "Draft: not published", future: "Dated in the future" };
const PENDING = "Other posts are still being compiled";
const LINK_WORDS = { draft: "draft", future: "future" };

export class Overlay {
  #root = null;
  #links = new CSSStyleSheet();
  #closed = ""; // the message that the reader has put away

  constructor() {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#links];
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
  }

  /** Show what a notice tells, in place of what was shown before. */
  show(notice) {
    const root = this.#open();
    const blocking = root.querySelector(".blocking");
    if (!notice.blocking) this.#closed = "";
    blocking.hidden = !notice.blocking || notice.blocking === this.#closed;
    blocking.querySelector("pre").textContent = notice.blocking;
    const problems = root.querySelector(".problems");
    problems.hidden = !notice.problems;
    problems.querySelector("summary").textContent = headline(notice.problems);
    problems.querySelector("pre").textContent = notice.problems;
    problems.classList.toggle("error", /^error\[/m.test(notice.problems));
    const mark = root.querySelector(".mark");
    mark.hidden = !notice.mark;
    mark.textContent = WORDS[notice.mark] ?? "";
    root.querySelector(".pending").hidden = !notice.pending;
    this.#links.replaceSync(
      Object.entries(notice.marks).map(([address, kind]) =>
        `main a[href=${JSON.stringify(address)}]::after{content:" (${LINK_WORDS[kind]})";font-style:italic}`).join("\n"));
  }

  #close() {
    const blocking = this.#root?.querySelector(".blocking");
    if (!blocking || blocking.hidden) return;
    this.#closed = blocking.querySelector("pre").textContent;
    blocking.hidden = true;
  }

  #open() {
    if (this.#root) return this.#root;
    const host = document.createElement("sitegen-overlay");
    this.#root = host.attachShadow({ mode: "open" });
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/__sitegen/overlay.css";
    const button = element("button", "", "Close (Esc)");
    button.addEventListener("click", () => this.#close());
    const box = element("div", "box", element("h2", "", "This page is not up to date"), element("pre"), button);
    const blocking = element("div", "blocking", box);
    blocking.setAttribute("role", "alert");
    const problems = element("details", "problems", element("summary"), element("pre"));
    const bar = element("div", "bar", element("span", "mark"), element("span", "pending", PENDING), problems);
    this.#root.append(style, blocking, bar);
    // Beside the body, which the page's own changes go through.
    document.documentElement.append(host);
    return this.#root;
  }
}

/** Return `2 errors, 1 warning in this post: ` and the first message. */
function headline(text) {
  const counts = ["error", "warning"].map((kind) => [kind, text.match(new RegExp(`^${kind}\\[`, "gm"))?.length ?? 0]);
  const named = counts.filter(([, count]) => count).map(([kind, count]) => `${count} ${kind}${count > 1 ? "s" : ""}`);
  return `${named.join(", ")} in this post: ${text.split("\n", 1)[0].replace(/^\w+\[[^\]]*\]: /, "")}`;
}

function element(name, kind = "", ...children) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...children);
  return made;
}
