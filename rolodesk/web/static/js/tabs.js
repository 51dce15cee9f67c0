// The tab of what is shown may be beyond the edge of a row that scrolls: views of contacts, and settings on a phone.

export function startTabs() {
  show();
  document.addEventListener("htmx:afterSwap", show);
}

function show() {
  const tab = document.querySelector(".views [aria-current], .settings > nav [aria-current]");
  const row = tab?.parentElement;
  if (!row) return;
  const beyond = tab.getBoundingClientRect();
  const edge = row.getBoundingClientRect();
  if (beyond.right > edge.right - 24) row.scrollLeft += beyond.right - edge.right + 24;
  else if (beyond.left < edge.left) row.scrollLeft += beyond.left - edge.left - 24;
}
