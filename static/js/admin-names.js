// Names that Django's admin and its theme leave out, or put where they do not count.
addEventListener("load", () => {
  // A two-sided list's tips have theirs in aria-label, which a bare <span> may not have.
  for (const tip of document.querySelectorAll("span.help-tooltip[aria-label]")) {
    tip.setAttribute("role", "img");
  }
  // On a phone the theme hides its words, also from whom the page is read to.
  for (const search of document.querySelectorAll(".onyx-palette-trigger")) {
    search.setAttribute("aria-label", search.textContent.trim());
  }
  for (const list of document.querySelectorAll(".onyx-palette [role=listbox]")) {
    list.setAttribute("aria-label", "Pages");
  }
});
