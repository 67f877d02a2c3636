const MANY = 20;
const SHOWN = 12;

// A bar for each class; of many classes the longest, unless all are asked for.
export class Classes {
  constructor(parent, all, onchoose) {
    this.parent = parent;
    this.all = all;
    this.onchoose = onchoose;
    this.rows = [];
    this.lengths = null;
    parent.addEventListener('keydown', e => this.key(e));
    all.addEventListener('click', () => {
      this.whole = !this.whole;
      this.arrange();
    });
  }

  build(names) {
    this.whole = names.length <= MANY;
    this.all.hidden = this.whole;
    this.rows = names.map((name, label) => this.row(name, label));
    this.arrange();
  }

  row(name, label) {
    const row = document.createElement('button');
    row.type = 'button';
    row.className = 'class';
    row.setAttribute('role', 'radio');
    row.dataset.label = label;
    const parts = ['name', 'bar', 'value'].map(part => {
      const span = document.createElement('span');
      span.className = part;
      row.append(span);
      return span;
    });
    parts[0].textContent = parts[0].title = name;
    parts[1].append(document.createElement('i'));
    row.addEventListener('click', e => this.onchoose(label, e.timeStamp));
    return {row, name, fill: parts[1].firstChild, value: parts[2]};
  }

  // Shown are the lengths of all, the one that was found, and the one that is chosen.
  show(lengths, found, chosen) {
    this.lengths = lengths;
    this.chosen = chosen;
    this.rows.forEach(({row, name, fill, value}, label) => {
      const length = lengths ? lengths[label] : 0;
      fill.style.width = `${100 * Math.min(1, Math.max(0, length))}%`;
      value.textContent = lengths ? length.toFixed(2) : '';
      row.classList.toggle('found', label === found);
      row.setAttribute('aria-checked', String(label === chosen));
      row.setAttribute('aria-label', lengths ? `${name}, length ${length.toFixed(2)}` : name);
      row.tabIndex = label === (chosen ?? 0) ? 0 : -1;
      row.disabled = !lengths;
    });
    this.arrange();
  }

  get order() {
    const order = this.rows.map((_, label) => label);
    if (this.rows.length > MANY && this.lengths) {
      order.sort((a, b) => this.lengths[b] - this.lengths[a]);
    }
    return this.whole ? order : order.slice(0, SHOWN);
  }

  // Moves no row that is where it should be: it may have the focus.
  arrange() {
    const wanted = this.order.map(label => this.rows[label].row);
    if (wanted.some((row, i) => this.parent.children[i] !== row)
        || wanted.length !== this.parent.children.length) {
      const focused = document.activeElement;
      this.parent.replaceChildren(...wanted);
      if (wanted.includes(focused)) {
        focused.focus();
      }
    }
    this.all.textContent = this.whole
      ? `Show the ${SHOWN} longest` : `Show all ${this.rows.length} classes`;
  }

  key(event) {
    const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
    const shown = [...this.parent.children];
    const at = shown.indexOf(document.activeElement);
    if (!step || at < 0) {
      return;
    }
    event.preventDefault();
    const next = shown[(at + step + shown.length) % shown.length];
    next.focus();
    this.onchoose(Number(next.dataset.label), event.timeStamp);
  }
}
