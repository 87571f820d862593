// In every page of the preview: reloads it, shows what is wrong, and the bar. Nothing of the page
// itself changes: all is in a shadow tree, and texts are set as text.
(() => {
  const about = JSON.parse(document.currentScript.dataset.about);
  const host = document.createElement("buttercms-preview");
  const root = host.attachShadow({ mode: "open" });
  const make = (name, text, parent, attributes = {}) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent?.append(element);
    return element;
  };
  make("style", `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .bar, .problems { position: fixed; z-index: 2147483646; font: 14px/1.5 system-ui, sans-serif; color: #fff; }
    .bar { left: 8px; bottom: 8px; max-width: calc(100% - 16px); background: #1d2733; border-radius: 6px;
      padding: 4px 6px 4px 10px; display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: center; box-shadow: 0 2px 8px #0006; }
    .state { font-weight: 700; } .state.draft, .state.changed, .state.scheduled { background: #b54b00; border-radius: 4px; padding: 0 6px; }
    .why { flex-basis: 100%; margin: 0; overflow-wrap: anywhere; } a { color: #9fd0ff; } button, input { font: inherit; color: inherit; background: #36475a; border: 1px solid #6b7f94; border-radius: 4px; }
    button { cursor: pointer; padding: 0 8px; } input { color-scheme: dark; padding: 0 4px; }
    button:focus-visible, a:focus-visible, input:focus-visible { outline: 2px solid #ffd166; outline-offset: 1px; }
    .problems { inset: 5vh 5vw auto; max-height: 90vh; overflow: auto; background: #1b1014; border-top: 6px solid #e5484d; border-radius: 6px; padding: 16px 20px; box-shadow: 0 8px 40px #000a; }
    .problems h2 { font-size: 17px; margin: 0 0 6px; } .problems button { float: right; }
    .text { color: #ffb3b5; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 6px; font-family: ui-monospace, monospace; }
    .file { color: #9fd0ff; margin: 0 0 6px; overflow-wrap: anywhere; } pre { margin: 0 0 14px; padding: 8px; background: #0006; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
    mark { background: #5c2226; color: inherit; display: block; }
    @media print { .bar, .problems { display: none; } }`, root);

  const remembered = { get: () => { try { return sessionStorage.buttercmsBar; } catch { return ""; } },
    set: value => { try { sessionStorage.buttercmsBar = value; } catch { /* forbidden */ } } };

  const bar = make("div", "", root, { class: "bar", role: "region", "aria-label": "Preview" });
  const drawBar = () => {
    bar.replaceChildren();
    if (remembered.get() === "closed") {
      make("button", "Preview", bar, { "aria-expanded": "false" }).onclick = () => { remembered.set(""); drawBar(); };
      return;
    }
    make("span", about.state, bar, { class: `state ${about.state}` });
    for (const text of about.facts) make("span", text, bar);
    for (const text of about.why) make("p", text, bar, { class: "why" });
    for (const [text, href] of about.links) make("a", text, bar, { href });
    const label = make("label", "As of ", bar);
    const date = make("input", "", label, { type: "date", value: about.asOf });
    date.onchange = () => fetch("/_buttercms/as-of", { method: "POST", body: date.value });
    make("button", "×", bar, { "aria-label": "Close the preview bar", "aria-expanded": "true" })
      .onclick = () => { remembered.set("closed"); drawBar(); };
  };
  drawBar();

  let box;
  const close = () => { box?.remove(); box = undefined; };
  const show = problems => {
    close();
    if (!problems.length) return;
    box = make("div", "", root, { class: "problems", role: "alert", id: "problems" });
    make("button", "Close (Esc)", box).onclick = close;
    for (const one of problems) {
      make("h2", one.title, box);
      make("p", one.text, box, { class: "text" });
      if (one.file) make("p", one.line ? `${one.file}:${one.line}` : one.file, box, { class: "file" });
      if (!one.excerpt.length) continue;
      const lines = make("pre", "", box);
      for (const [number, text] of one.excerpt)
        make(number === one.line ? "mark" : "span", `${String(number).padStart(4)} | ${text}\n`, lines);
    }
  };
  addEventListener("keydown", event => { if (event.key === "Escape") close(); });

  const reloadStyles = () => {
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(link.href, location.href);
      if (url.origin !== location.origin) continue;
      url.searchParams.set("buttercms", Date.now());
      const next = link.cloneNode();
      next.href = url;
      next.onload = next.onerror = () => link.remove(); // until then the old one keeps the look
      link.after(next);
    }
  };

  let source;
  const watch = () => {
    if (document.hidden) { source?.close(); source = undefined; return; }
    if (source) return;
    source = new EventSource("/_buttercms/events");
    const on = (name, act) => source.addEventListener(name, event => act(JSON.parse(event.data)));
    on("build", build => { if (build !== about.build) location.reload(); });
    on("problems", text => show(JSON.parse(text)));
    on("styles", reloadStyles);
  };
  const attach = () => document.documentElement.append(host);
  document.addEventListener("visibilitychange", watch);
  addEventListener("pagehide", () => { source?.close(); source = undefined; });
  addEventListener("pageshow", watch);
  attach();
  watch();
})();
