// Django's two-sided lists name their tips with aria-label, which a bare <span> may not have.
addEventListener("load", () => {
  for (const tip of document.querySelectorAll("span.help-tooltip[aria-label]")) {
    tip.setAttribute("role", "img");
  }
});
