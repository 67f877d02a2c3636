// Sliders that move the image before the network sees it.
export class Moves {
  constructor(parent, reset, onchange) {
    this.parent = parent;
    this.reset = reset;
    this.onchange = onchange;
    this.inputs = {};
    reset.addEventListener('click', e => this.clear(e.timeStamp));
  }

  // Once the size of the images is known.
  build({height, width}) {
    const part = side => Math.max(1, Math.round(side / 4));
    this.add('right', 'Sideways', -part(width), part(width), 0.5, 0, v => `${v} px`);
    this.add('down', 'Up and down', -part(height), part(height), 0.5, 0, v => `${v} px`);
    this.add('turn', 'Turn', -90, 90, 1, 0, v => `${v}°`);
    this.add('size', 'Size', 0.5, 1.5, 0.02, 1, v => `${Math.round(100 * v)} %`);
  }

  add(name, title, min, max, step, middle, text) {
    const id = `move-${name}`;
    const label = document.createElement('label');
    label.htmlFor = id;
    label.textContent = title;
    const input = document.createElement('input');
    Object.assign(input, {type: 'range', id, min, max, step, value: middle});
    const output = document.createElement('output');
    output.htmlFor = id;
    const tell = () => {
      output.textContent = text(input.valueAsNumber);
      input.setAttribute('aria-valuetext', output.textContent);
      this.reset.disabled = !this.moved;
    };
    this.inputs[name] = {input, middle, tell};
    input.addEventListener('input', e => {
      tell();
      this.onchange(e.timeStamp);
    });
    tell();
    this.parent.append(label, input, output);
  }

  get moved() {
    return Object.values(this.inputs).some(({input, middle}) => input.valueAsNumber !== middle);
  }

  get values() {
    return Object.fromEntries(
      Object.entries(this.inputs).map(([name, {input}]) => [name, input.valueAsNumber]));
  }

  clear(time) {
    for (const {input, middle} of Object.values(this.inputs)) {
      input.value = middle;
    }
    Object.values(this.inputs).forEach(({tell}) => tell());
    this.onchange(time);
  }
}
