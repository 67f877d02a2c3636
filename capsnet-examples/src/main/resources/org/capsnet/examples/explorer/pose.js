const LEAST_RANGE = 0.6;

// A slider for each number of a pose. A mark on each stays where the number was to begin with.
export class Pose {
  constructor(parent, reset, onchange) {
    this.parent = parent;
    this.reset = reset;
    this.onchange = onchange;
    this.rows = [];
    this.measured = null;
    reset.addEventListener('click', e => {
      this.show(this.measured, this.rest);
      this.onchange(e.timeStamp);
    });
  }

  build(dim, disabled) {
    this.rows = Array.from({length: dim}, (_, d) => this.row(d, disabled));
    this.parent.replaceChildren(...this.rows.map(({row}) => row));
  }

  row(d, disabled) {
    const row = document.createElement('div');
    const label = document.createElement('label');
    label.htmlFor = `pose-${d}`;
    label.textContent = d + 1;
    const track = document.createElement('span');
    track.className = 'track';
    const input = document.createElement('input');
    Object.assign(input, {type: 'range', id: `pose-${d}`, step: 'any', disabled});
    input.setAttribute('aria-label', `Dimension ${d + 1} of the pose`);
    const mark = document.createElement('i');
    track.append(mark, input);
    const output = document.createElement('output');
    output.htmlFor = input.id;
    input.addEventListener('input', e => {
      this.tell(d);
      this.reset.disabled = false;
      this.onchange(e.timeStamp);
    });
    // 'any' lets the hand move freely; the keys need steps.
    input.addEventListener('keydown', e => {
      const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1}[e.key];
      if (step) {
        e.preventDefault();
        input.value = input.valueAsNumber + step * input.max / 40;
        input.dispatchEvent(new Event('input'));
      }
    });
    row.append(label, track, output);
    return {row, input, mark, output};
  }

  get values() {
    return this.rows.map(({input}) => input.valueAsNumber);
  }

  get range() {
    return Math.max(LEAST_RANGE, ...this.measured.map(v => 1.25 * Math.abs(v)));
  }

  // What was measured, and what before the image was moved, or null.
  show(measured, rest) {
    this.measured = measured;
    this.rest = rest;
    this.reset.disabled = true;
    const {range} = this;
    this.rows.forEach(({input, mark}, d) => {
      input.min = -range;
      input.max = range;
      input.value = measured[d];
      mark.hidden = !rest;
      mark.style.left = rest && `${50 + 50 * Math.max(-1, Math.min(1, rest[d] / range))}%`;
      this.tell(d);
    });
  }

  tell(d) {
    const {row, input, output} = this.rows[d];
    const value = input.valueAsNumber;
    output.textContent = value.toFixed(2);
    input.setAttribute('aria-valuetext', output.textContent);
    const share = 50 + 50 * value / Number(input.max);
    row.style.setProperty('--from', `${Math.min(50, share)}%`);
    row.style.setProperty('--to', `${Math.max(50, share)}%`);
  }

  clear() {
    this.measured = null;
    this.reset.disabled = true;
    this.build(0, true);
  }
}
