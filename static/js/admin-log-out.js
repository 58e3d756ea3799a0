// The theme's menu keeps the titles of the pages opened last in the browser; whoever sits down here
// after a log out is not to read them. The page after it has no menu.
if (!document.getElementById("nav-sidebar") && !document.body.classList.contains("popup")) {
  localStorage.removeItem("onyx.recent");
}
