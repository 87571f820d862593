// What a page gains with JavaScript: the reader's choice of light or dark, a menu that folds on
// phones, wide tables and code that scroll by keyboard, a button that copies code. It is loaded in
// the head, since the choice has to be there before the page is shown. Without it nothing is missing.
(() => {
  "use strict";
  const root = document.documentElement;
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };
  const recall = (name) => { try { return localStorage.getItem(name) || ""; } catch { return ""; } };
  root.dataset.theme = recall("theme");
  root.classList.add("js");

  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function enableThemeToggle(button) {
    const show = () => button.setAttribute("aria-pressed", isDark());
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      show();
    });
  }

  function enableMenuToggle(button) {
    const menu = document.getElementById(button.getAttribute("aria-controls"));
    const set = (open) => { button.setAttribute("aria-expanded", open); menu.classList.toggle("open", open); };
    button.hidden = false;
    button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
    menu.closest("header").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") { set(false); button.focus(); }
    });
  }

  // A table keeps its role only if it is displayed as one, so what scrolls is a frame around it.
  function frameTable(table) {
    const frame = document.createElement("div");
    frame.className = "scroller";
    table.replaceWith(frame);
    frame.append(table);
    return frame;
  }

  function makeReachable(scroller) {
    if (scroller.scrollWidth <= scroller.clientWidth) return;
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", scroller.querySelector("caption")?.textContent.trim() || root.dataset.scrollable || "Scrollable");
  }

  function addCopyButton(block) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = root.dataset.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = root.dataset.copied;
      } catch { // no permission, or no https: select it, so that the keyboard copies it
        getSelection().selectAllChildren(block);
      }
      setTimeout(() => { button.textContent = root.dataset.copy; }, 2000);
    });
    const frame = document.createElement("div");
    frame.className = "code";
    block.replaceWith(frame);
    frame.append(block, button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".theme-toggle").forEach(enableThemeToggle);
    document.querySelectorAll(".menu-toggle").forEach(enableMenuToggle);
    document.querySelectorAll("[data-colour]").forEach((element) => element.style.setProperty("--label", element.dataset.colour));
    if (root.dataset.copy && navigator.clipboard) document.querySelectorAll(".prose pre").forEach(addCopyButton);
    const scrollers = [...document.querySelectorAll(".prose table")].map(frameTable);
    [...scrollers, ...document.querySelectorAll(".prose pre")].forEach(makeReachable);
  });

  // Answers to common questions are printed, and so are pictures that were not scrolled to.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((details) => { details.open = true; });
    document.querySelectorAll("img[loading=lazy]").forEach((image) => { image.loading = "eager"; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
