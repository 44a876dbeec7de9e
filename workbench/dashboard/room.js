// Shows the HTML of a room. A button or form with data-do is told to the server with what stands in its form; a key
// presses what has it as data-key: in a page of ours wherever the focus is but in a field, in a notebook, which has keys
// of its own, only where the focus is in the room.
export function render({ model, el }) {
  const shown = document.createElement("div")
  const told = document.createElement("div") // stays, so that a screen reader tells what changes in it
  told.setAttribute("role", "status")
  told.className = "aloud"
  el.append(told, shown)

  const root = () => el.getRootNode()
  const find = (name, value) => [...shown.querySelectorAll(`[${name}]`)].find((e) => e.getAttribute(name) === value)

  function draw() {
    const focused = root().activeElement
    const inside = focused && shown.contains(focused)
    const written = fields(shown).filter((field) => changed(field) && sent.get(field.id) !== field.value)
      .map((field) => [field.id, field.value])
    const open = [...shown.querySelectorAll("details[id]")].filter((one) => one.open).map((one) => one.id)
    shown.innerHTML = model.html
    for (const id of open) { const one = find("id", id); if (one) one.open = true }
    for (const [id, value] of written) { const field = find("id", id); if (field) field.value = value }
    sent.clear()
    if (inside) (focused === shown ? shown : find("id", focused.id || "none") || shown.querySelector("button"))?.focus({ preventScroll: true })
    told.textContent = shown.querySelector("[data-said]")?.textContent || ""
  }

  const place = () => { if (model.address) history.replaceState(history.state, "", model.address) }

  // what was sent since the last drawing, by the ids of its fields: what else is written stays when it is drawn anew;
  // a tick does not, as it is of one record
  const sent = new Map()
  const fields = (within) => [...within.querySelectorAll("input, select, textarea")].filter((field) => field.id)
  const changed = (field) => field.value !== (field.tagName !== "SELECT" ? field.defaultValue
    : ([...field.options].find((option) => option.defaultSelected) || field.options[0])?.value)

  function send(does, form, button) {
    const written = {}
    for (const [name, value] of form ? new FormData(form) : []) (written[name] ||= []).push(value)
    if (button?.name) written[button.name] = [button.value]
    for (const field of form ? fields(form) : []) sent.set(field.id, field.value)
    model.send_msg({ do: does, on: shown.querySelector("[data-on]")?.dataset.on, form: written })
  }

  shown.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]")
    if (button) send(button.dataset.do, button.form, button)
  })
  shown.addEventListener("submit", (event) => {
    event.preventDefault()
    if (event.target.dataset.do) send(event.target.dataset.do, event.target)
    else root().activeElement?.blur()
  })

  function press(event) {
    const typing = event.composedPath()[0]
    const field = ["INPUT", "SELECT", "TEXTAREA"].includes(typing.tagName) || typing.isContentEditable
    if (field && event.key === "Escape" && shown.contains(typing)) typing.blur()
    if (field || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const meant = find("data-key", event.key)
    if (!meant) return
    event.preventDefault()
    if (meant.tagName === "DETAILS") meant.open = !meant.open
    else if (meant.tagName === "INPUT") { meant.focus(); meant.select() }
    else meant.click()
  }

  const here = setInterval(() => document.visibilityState === "visible" && model.send_msg("here"), 20_000)
  model.send_msg("here")
  const listens = model.page ? document : shown
  listens.addEventListener("keydown", press)
  if (!model.page) {
    let host = el
    while (host.getRootNode().host) host = host.getRootNode().host
    host.dataset.lmSuppressShortcuts = "true" // of JupyterLab, for what happens inside
    shown.tabIndex = 0
  }
  model.on("html", draw)
  model.on("address", place)
  model.on("remove", () => { listens.removeEventListener("keydown", press); clearInterval(here) })
  draw()
}
