import {imageOf} from './picture.js';

const STEP = 0.025;

// Where one draws: strokes of points from 0 to 1, or a picture in their place.
export class Pad {
  constructor(canvas, onchange) {
    this.canvas = canvas;
    this.onchange = onchange;
    this.strokes = [];
    this.picture = null;
    this.current = null;
    this.cursor = null;
    this.pen = 2.2;
    this.aspect = 28;
    canvas.addEventListener('pointerdown', e => this.down(e));
    canvas.addEventListener('pointermove', e => this.move(e));
    canvas.addEventListener('pointerup', () => this.up());
    canvas.addEventListener('pointercancel', () => this.up());
    canvas.addEventListener('keydown', e => this.key(e));
    canvas.addEventListener('blur', () => this.leave());
  }

  get empty() {
    return this.strokes.length === 0 && this.picture === null;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
      Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)),
    ];
  }

  begin(x, y, time) {
    this.picture = null;
    this.current = [x, y];
    this.strokes.push(this.current);
    this.changed(time);
  }

  down(event) {
    if (event.button !== 0 || !event.isPrimary) {
      return;
    }
    event.preventDefault();
    this.canvas.focus({preventScroll: true});
    this.cursor = null;
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is gone already needs no capture.
    }
    this.begin(...this.at(event), event.timeStamp);
  }

  move(event) {
    if (this.current && event.isPrimary && !this.cursor) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) {
        this.current.push(...this.at(each));
      }
      this.changed(event.timeStamp);
    }
  }

  up() {
    if (!this.cursor) {
      this.current = null;
    }
  }

  key(event) {
    const move = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (move) {
      this.cursor ??= [0.5, 0.5];
      this.cursor = this.cursor.map((p, i) => Math.min(1, Math.max(0, p + STEP * move[i])));
      if (this.current) {
        this.current.push(...this.cursor);
        this.changed(event.timeStamp);
      }
      this.draw();
    } else if (event.key === ' ') {
      this.cursor ??= [0.5, 0.5];
      if (this.current) {
        this.current = null;
        this.draw();
      } else {
        this.begin(...this.cursor, event.timeStamp);
      }
    } else if (event.key === 'Backspace') {
      this.undo(event.timeStamp);
    } else if (event.key === 'Delete') {
      this.clear(event.timeStamp);
    } else {
      return;
    }
    event.preventDefault();
  }

  leave() {
    this.cursor = null;
    this.current = null;
    this.draw();
  }

  clear(time) {
    this.strokes = [];
    this.picture = null;
    this.current = null;
    this.changed(time);
  }

  undo(time) {
    this.picture = null;
    this.current = null;
    this.strokes.pop();
    this.changed(time);
  }

  put(strokes, time) {
    this.picture = null;
    this.current = null;
    this.strokes = strokes;
    this.changed(time);
  }

  open(picture, time) {
    this.strokes = [];
    this.current = null;
    this.picture = picture;
    this.changed(time);
  }

  changed(time = performance.now()) {
    this.draw();
    this.onchange(time);
  }

  draw() {
    const {canvas} = this;
    const ink = canvas.getContext('2d');
    ink.fillStyle = '#000';
    ink.fillRect(0, 0, canvas.width, canvas.height);
    if (this.picture) {
      this.drawPicture(ink);
    }
    ink.lineCap = ink.lineJoin = 'round';
    ink.lineWidth = this.pen / this.aspect * canvas.width;
    ink.strokeStyle = '#fff';
    for (const line of this.strokes) {
      ink.beginPath();
      ink.moveTo(line[0] * canvas.width, line[1] * canvas.height);
      for (let i = 0; i < line.length; i += 2) {
        ink.lineTo(line[i] * canvas.width, line[i + 1] * canvas.height);
      }
      ink.stroke();
    }
    if (this.cursor) {
      this.drawCursor(ink);
    }
  }

  drawPicture(ink) {
    const small = new OffscreenCanvas(this.picture.width, this.picture.height);
    small.getContext('2d').putImageData(imageOf(this.picture.pixels, this.picture), 0, 0);
    ink.imageSmoothingEnabled = this.picture.width > 128;
    ink.drawImage(small, 0, 0, this.canvas.width, this.canvas.height);
  }

  drawCursor(ink) {
    const [x, y] = [this.cursor[0] * this.canvas.width, this.cursor[1] * this.canvas.height];
    ink.lineWidth = 3;
    ink.strokeStyle = this.current ? '#ff7a59' : '#9b87ff';
    ink.beginPath();
    ink.arc(x, y, 14, 0, 7);
    ink.stroke();
  }
}
