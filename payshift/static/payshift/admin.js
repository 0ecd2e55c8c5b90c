/* The side bar stands beside the page from 1024 px on, and stays as it was left. Below it opens over the page, for one
 * screen. Unfold takes it away at 1280 px and less, and forgets that somebody opened it. */
document.addEventListener("alpine:init", () => {
  const unfold = window.theme;
  const wide = window.matchMedia("(min-width: 64rem)");
  const isOpen = () => wide.matches && localStorage.getItem("sidebarOpen") !== "0";
  window.theme = (chosen) => {
    const data = unfold(chosen);
    data.sidebarOpen = isOpen();
    data.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (wide.matches) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    const init = data.init;
    data.init = function () {
      init.call(this);
      wide.addEventListener("change", () => {
        this.sidebarOpen = isOpen();
      });
    };
    delete data.themeBindings["x-resize.window"];
    return data;
  };
});

// A page that waits for a job loads itself again, but not while somebody types into it or has it in the background.
document.addEventListener("DOMContentLoaded", () => {
  const waiting = document.querySelector("[data-look-again-ms]");
  if (!waiting) return;
  // Whoever pressed a link is on the way elsewhere, and would be called back; but a link to a file leaves them here.
  let leftAt = Number.NEGATIVE_INFINITY;
  window.addEventListener("beforeunload", () => {
    leftAt = performance.now();
  });
  setInterval(() => {
    if (performance.now() - leftAt < 20_000) return;
    const typing = document.activeElement?.matches("input, textarea, select");
    if (!typing && document.visibilityState === "visible") location.reload();
  }, Number(waiting.dataset.lookAgainMs));
});

// Tables within a page are pushed sideways on a phone: with the keyboard too.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("[data-inline-type=tabular] .formset-wrapper")) {
    table.tabIndex = 0;
    table.setAttribute("role", "group");
    table.setAttribute("aria-labelledby", table.closest("fieldset").getAttribute("aria-labelledby"));
  }
});
