// The theme's menu keeps the titles of the pages opened last in the browser; whoever sits down here
// after a log out is not to read them. The page after it has no menu, nor have those to log in, for
// who logged out elsewhere on the desk, or whose session has ended.
if (!document.getElementById("nav-sidebar") && !document.body.classList.contains("popup")) {
  localStorage.removeItem("onyx.recent");
}
