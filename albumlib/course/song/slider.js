// A slider from 0 to 1; its words are its label, so that whoever does not see it hears what it is.
function render({ model, el }) {
  const label = document.createElement("label");
  label.className = "albumlib-slider";
  const words = document.createElement("span");
  words.textContent = model.get("description");
  const input = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1, step: 0.1 });
  const shown = document.createElement("output");
  label.append(words, input, shown);
  el.append(label);

  const say = () => (shown.textContent = Number(input.value).toFixed(1));
  const show = () => {
    input.value = model.get("value");
    say();
  };
  input.addEventListener("input", say);
  input.addEventListener("change", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  model.on("change:value", show);
  show();
}

export default { render };
