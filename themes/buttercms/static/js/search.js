// The search: "/" or Ctrl-K opens it, arrows go through what is found, Escape closes it. Pagefind's
// index is loaded when it is opened first; a strict policy has to allow 'wasm-unsafe-eval' for it.
(() => {
  "use strict";
  const dialog = document.querySelector("dialog.search");
  if (!dialog) return;
  const page = document.querySelector("section.search"); // on the search page it stands in the page
  const [form, status, results] = ["form", ".search-status", ".search-results"].map((one) => dialog.querySelector(one));
  const input = form.elements.q;
  const most = page ? 30 : 8;
  let pagefind = null;
  let newest = 0;

  async function index() {
    pagefind ??= await import(new URL(dialog.dataset.index, location.href));
    return pagefind;
  }

  // What is found is text with marks, and nothing else is taken of it.
  function marked(excerpt) {
    const body = new DOMParser().parseFromString(excerpt, "text/html").body;
    return [...body.childNodes].map((node) => {
      if (node.nodeName !== "MARK") return node.textContent;
      const mark = document.createElement("mark");
      mark.textContent = node.textContent;
      return mark;
    });
  }

  function entry(found) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const text = document.createElement("p");
    link.href = found.url;
    link.textContent = found.meta.title || found.url;
    text.append(...marked(found.excerpt));
    item.append(link, text);
    return item;
  }

  async function search() {
    const turn = ++newest;
    const words = input.value.trim();
    let entries = [];
    let said = "";
    if (words) {
      try {
        const { results: found } = await (await index()).search(words);
        entries = (await Promise.all(found.slice(0, most).map((one) => one.data()))).map(entry);
        said = found.length ? dialog.dataset.results.replace("{count}", found.length) : dialog.dataset.nothing;
      } catch (error) { // no index, or a policy that forbids WebAssembly
        console.warn(error);
        said = dialog.dataset.failed;
      }
    }
    if (turn !== newest) return; // an older question, answered late
    results.replaceChildren(...entries);
    status.textContent = said;
  }

  function open() {
    if (!page && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
    index().catch(() => {}); // it is told when something is asked
  }

  function step(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!way) return;
    const stops = [input, ...results.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + way];
    event.preventDefault();
    next?.focus();
  }

  let pause = 0;
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(search, 150); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); search(); });
  (page || dialog).addEventListener("keydown", step);
  dialog.querySelector(".search-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // beside it
  document.querySelectorAll(".search-link").forEach((one) => {
    one.hidden = false;
    one.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  });
  addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!slash && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
    event.preventDefault();
    open();
  });
  if (page) {
    page.append(form, status, results);
    page.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") || "";
    if (input.value) search();
  }
})();
