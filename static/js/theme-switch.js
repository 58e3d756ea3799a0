// <theme-switch>: as the system -> light -> dark, kept in localStorage.
import { icon } from "template";

const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "as the system", light: "light", dark: "dark" };
const ICONS = { system: "contrast", light: "sun", dark: "moon" };

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "icon-button";
    this.button.addEventListener("click", () => this.choose(NEXT[this.theme]));
    this.replaceChildren(this.button);
    this.show();
  }

  get theme() {
    return document.documentElement.dataset.theme ?? "system";
  }

  choose(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Not kept, but shown.
    }
    this.show();
  }

  show() {
    const words = `Colours: ${WORDS[this.theme]}`;
    this.button.title = words;
    this.button.setAttribute("aria-label", words);
    this.button.replaceChildren(icon(ICONS[this.theme]));
  }
}

customElements.define("theme-switch", ThemeSwitch);
