// A button that asks the kernel for a file, piece by piece, and lets the browser save it.
function render({ model, el }) {
  const button = document.createElement("button");
  button.className = "jupyter-button albumlib-download";
  const show = () => (button.textContent = model.get("label"));
  model.on("change:label", show);
  show();
  el.append(button);

  let pieces = [];
  button.addEventListener("click", () => {
    button.disabled = true;
    pieces = [];
    model.send({ kind: "wanted", piece: 0 });
  });
  model.on("msg:custom", (message, buffers) => {
    if (message.kind === "piece") {
      pieces.push(buffers[0]);
      setTimeout(() => model.send({ kind: "wanted", piece: pieces.length }), 1000 * model.get("pause"));
      return;
    }
    button.disabled = false;
    if (message.kind !== "end") return;
    const address = URL.createObjectURL(new Blob(pieces, { type: "application/octet-stream" }));
    Object.assign(document.createElement("a"), { href: address, download: message.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    pieces = [];
  });
}

export default { render };
