// Settings: the picture of the widget follows the form.

export function startPreview() {
  const form = document.getElementById("widget-form");
  if (!form) return;
  const draw = () => {
    const value = (name) => form.elements[name]?.value.trim() ?? "";
    for (const part of document.querySelectorAll("#preview .panel, #preview .launcher")) {
      set(part, "--w", value("themeColor"));
      set(part, "--wi", value("themeForegroundColor"));
    }
    document.getElementById("preview").classList.toggle("on-left", value("align") === "left");
    for (const [id, name] of [["preview-title", "wellcomeTitle"], ["preview-text", "wellcomeMsg"]]) {
      const part = document.getElementById(id);
      part.textContent = value(name) || part.dataset.usual;
    }
    const logo = document.getElementById("preview-logo");
    const address = /^https?:\/\//.test(value("logoChat")) ? value("logoChat") : "";
    logo.hidden = !address;
    if (address && logo.getAttribute("src") !== address) logo.src = address;
  };
  form.addEventListener("input", (event) => {
    const twin = event.target.dataset.twin && document.getElementById(event.target.dataset.twin);
    if (twin && /^#[0-9a-f]{6}$/i.test(event.target.value)) twin.value = event.target.value;
    draw();
  });
  draw();
}

function set(part, name, color) {
  if (/^#[0-9a-f]{6}$/i.test(color)) part.style.setProperty(name, color);
  else part.style.removeProperty(name);
}
