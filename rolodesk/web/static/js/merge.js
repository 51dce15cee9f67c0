// The merge page: says and shows what a choice has changed, and keeps the result small where there is little room.

const narrow = matchMedia("(max-width: 980px)");
let field = "";

const fit = () => {
  const result = document.querySelector(".outcome details");
  if (result) result.open = !narrow.matches;
};
fit();
narrow.addEventListener("change", fit);

document.addEventListener("input", ({ target }) => {
  if (/^(pick|own)\./.test(target.name)) field = target.name.replace(/^(pick|own)\./, "");
});
document.addEventListener("change", ({ target }) => {
  if (target.type === "radio" && target.value === "own") target.closest(".own").querySelector(".input").focus();
});

document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target.id === "merge") {
    fit();
    if (document.activeElement === document.body) document.querySelector(".party.kept a").focus();
    say(document.querySelector(".party.kept").getAttribute("aria-label"));
  } else if (target.id === "result") {
    const row = document.querySelector(`#result [data-field="${CSS.escape(field)}"]`);
    row?.classList.add("changed");
    if (row) say([...row.children].map((part) => part.innerText.trim()).join(": "));
  }
});

function say(text) {
  document.getElementById("said").textContent = text;
}

// Once is enough, however often it is clicked.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "merge" || event.submitter?.id !== "go") return;
  if (event.submitter.ariaDisabled === "true") event.preventDefault();
  event.submitter.ariaDisabled = "true";
});
addEventListener("pageshow", () => document.getElementById("go")?.removeAttribute("aria-disabled"));
