// A place to drop a song. What is too large is refused here, before any of it is sent; the rest goes in small pieces,
// for a server takes no large message.
const PIECE = 1 << 20;

async function send(model, file, say) {
  const most = model.get("most_bytes");
  const megabytes = (bytes) => `${Math.ceil(bytes / 1e6)} MB`;
  if (file.size > most) {
    say(`${file.name} has ${megabytes(file.size)}; up to ${megabytes(most)} can be taken. Use an mp3, or a part of it.`);
    return;
  }
  say(`taking ${file.name} …`);
  model.send({ kind: "begin", name: file.name, size: file.size });
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = await file.slice(start, start + PIECE).arrayBuffer();
    model.send({ kind: "piece" }, undefined, [piece]);
  }
  model.send({ kind: "end" });
}

function render({ model, el }) {
  const zone = document.createElement("label");
  zone.className = "albumlib-drop";
  const text = document.createElement("span");
  text.textContent = "Drop a song here, or choose one:";
  const input = Object.assign(document.createElement("input"), { type: "file", accept: "audio/*,.wma,.opus" });
  zone.append(text, input);
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.className = "albumlib-line";
  el.append(zone, line);
  document.getElementById("rendered_cells")?.setAttribute("role", "main"); // Voilà names no part of its page

  const show = () => (line.textContent = model.get("line"));
  const say = (words) => {
    model.set("line", words);
    model.save_changes();
    show();
  };
  model.on("change:line", show);
  show();
  input.addEventListener("change", () => {
    if (input.files.length) send(model, input.files[0], say);
    input.value = ""; // so that the same song can be chosen again
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
    });
  }
  zone.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) send(model, event.dataTransfer.files[0], say);
  });
}

export default { render };
