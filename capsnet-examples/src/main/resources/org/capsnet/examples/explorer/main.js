import {ask, upload, Latest} from './server.js';
import {blank, show} from './picture.js';
import {Pad} from './pad.js';
import {Moves} from './moves.js';
import {Classes} from './classes.js';
import {Pose} from './pose.js';
import {Couplings} from './couplings.js';

const MOST_FILE_BYTES = 16 * 1024 * 1024;
const MEASURES = 1000;
const REST_MS = 150; // a hand that rests longer may be told where its class comes from

const $ = id => document.getElementById(id);

let model = null;
let chosen = null; // a class of the user's choice, or null for the one that is found
let answer = null; // the latest
let rest = null; // the pose before the image was moved, and of which class; null if unknown
let examples = [];
let resting; // the time until the hand rests

// ------------------------------------------------------------------ messages and appearance

let complained = null; // about what: an answer takes back only what was said of questions

function complain(text, about) {
  complained = about;
  $('message').textContent = text;
  $('message').hidden = !text;
}

// Whatever goes wrong is said on the page.
function tried(action, about) {
  return async (...args) => {
    try {
      await action(...args);
    } catch (e) {
      complain(e.message, about);
    }
  };
}

function theme() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const root = document.documentElement;
  const now = root.dataset.theme ?? (dark ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
}

// ------------------------------------------------------------------ questions

function question() {
  const image = pad.picture
    ? {...pad.picture, inverted: $('inverted').checked}
    : {strokes: pad.strokes, pen: pad.pen};
  return {...image, centred: $('centred').checked, move: moves.values};
}

const looking = new Latest(tried(async time => {
  if (pad.empty || !model) {
    nothing();
    return;
  }
  const asked = question();
  const {moved} = moves;
  if (chosen !== null) {
    asked.label = chosen;
  }
  answer = await ask('look', asked);
  if (pad.empty) {
    nothing();
    return;
  }
  found(moved);
  if (complained === 'question') {
    complain('');
  }
  measure(time);
  clearTimeout(resting);
  resting = setTimeout((of, label) => {
    if (of === answer) {
      explaining.ask({...asked, label}, of);
    }
  }, REST_MS, answer, answer.label);
}, 'question'));

const explaining = new Latest(tried(async (asked, of) => {
  const explanation = await ask('explain', asked);
  if (of === answer) {
    couplings.show(explanation, of.seen, model, model.classes[of.label]);
  }
}));

const drawing = new Latest(tried(async time => {
  if (!answer || !model.decoder) {
    return;
  }
  const of = answer;
  const {drawn} = await ask('draw', {label: of.label, pose: pose.values});
  if (of === answer) {
    show($('drawn'), drawn, model);
    measure(time);
  }
}));

// From the hand to the page.
function measure(time) {
  if (performance.getEntriesByName('answer').length > MEASURES) {
    performance.clearMeasures('answer');
  }
  const {duration} = performance.measure('answer', {start: time, end: performance.now()});
  $('timing').textContent = `Answered in ${duration.toFixed(0)} ms.`;
}

// ------------------------------------------------------------------ answers

function nothing() {
  answer = rest = chosen = null;
  classes.show(null, null, null);
  pose.clear();
  [$('seen'), $('drawn')].forEach(blank);
  $('chosen').textContent = '';
  $('timing').textContent = '';
  couplings.clear('Draw something first.');
}

function found(moved) {
  const name = model.classes[answer.label];
  classes.show(answer.lengths, answer.found, answer.label);
  $('chosen').textContent = name;
  show($('seen'), answer.seen, model);
  if (answer.drawn) {
    show($('drawn'), answer.drawn, model);
  }
  if (!moved) {
    rest = {label: answer.label, pose: answer.pose};
  }
  if (pose.rows.length !== answer.pose.length) {
    pose.build(answer.pose.length, !model.decoder);
  }
  pose.show(answer.pose, rest?.label === answer.label ? rest.pose : null);
}

// ------------------------------------------------------------------ parts of the page

const pad = new Pad($('paper'), time => {
  $('hint').hidden = !pad.empty;
  $('inverted-field').hidden = !pad.picture;
  looking.ask(time);
});
const moves = new Moves($('moves'), $('unmove'), time => looking.ask(time));
const classes = new Classes($('classes'), $('all'), (label, time) => {
  chosen = label;
  looking.ask(time);
});
const pose = new Pose($('pose'), $('reset'), time => drawing.ask(time));
const couplings = new Couplings($('couplings-note'), $('map-figure'), $('map'), $('voters'));

$('theme').addEventListener('click', theme);
$('clear').addEventListener('click', e => {
  chosen = null;
  pad.clear(e.timeStamp);
  complain('');
});
$('undo').addEventListener('click', e => pad.undo(e.timeStamp));
$('pen').addEventListener('input', e => {
  pen();
  pad.changed(e.timeStamp);
});
for (const id of ['centred', 'inverted']) {
  $(id).addEventListener('input', e => looking.ask(e.timeStamp));
}

function pen() {
  pad.pen = $('pen').valueAsNumber;
  $('pen-value').textContent = `${pad.pen.toFixed(1)} px`;
}

// ------------------------------------------------------------------ pictures

const open = tried(async file => {
  if (file.size > MOST_FILE_BYTES) {
    throw new Error(`${file.name}: expected at most 16 MB, got ${(file.size / 2 ** 20).toFixed(0)}`);
  }
  let picture;
  try {
    picture = await upload(file);
  } catch (e) {
    throw new Error(`${file.name}: ${e.message.replace(/^bytes: /, '')}`);
  }
  complain('');
  chosen = null;
  const {bright, ...pixels} = picture;
  $('inverted').checked = bright && model.digits;
  pad.open({...pixels, channels: model.channels}, performance.now());
});

$('file').addEventListener('change', e => {
  const [file] = e.target.files;
  if (file) {
    open(file);
  }
  e.target.value = '';
});

addEventListener('dragover', e => {
  e.preventDefault();
  document.body.classList.add('dropping');
});
addEventListener('dragleave', e => {
  if (!e.relatedTarget) {
    document.body.classList.remove('dropping');
  }
});
addEventListener('drop', e => {
  e.preventDefault();
  document.body.classList.remove('dropping');
  const [file] = e.dataTransfer.files;
  if (file) {
    open(file);
  } else {
    complain('Drop an image file, please.');
  }
});
addEventListener('paste', e => {
  const [file] = e.clipboardData.files;
  if (file) {
    open(file);
  }
});

// ------------------------------------------------------------------ examples

let number = 2; // the first is a 3
let writing = 0;

// Writes the next digit, as a hand would.
function example() {
  number = (number + 1) % examples.length;
  const strokes = examples[number];
  const mine = ++writing;
  chosen = null;
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    pad.put(structuredClone(strokes));
    return;
  }
  const points = strokes.reduce((sum, line) => sum + line.length / 2, 0);
  const began = performance.now();
  const frame = now => {
    if (mine !== writing || pad.current) {
      return; // somebody else draws
    }
    let left = Math.max(1, Math.round(points * Math.min(1, (now - began) / 600)));
    const part = [];
    for (const line of strokes) {
      if (left > 0) {
        part.push(line.slice(0, 2 * left));
      }
      left -= line.length / 2;
    }
    pad.put(part, now);
    if (left < 0) {
      requestAnimationFrame(frame);
    }
  };
  requestAnimationFrame(frame);
}

$('example').addEventListener('click', example);
$('paper').addEventListener('pointerdown', () => {
  writing++;
  complain('');
}, {capture: true});
$('clear').addEventListener('click', () => writing++, {capture: true});

// ------------------------------------------------------------------ beginning

await tried(async () => {
  model = await (await fetch('/model.json')).json();
  const {name, network, parameters, channels, height, width} = model;
  $('model').textContent =
    `${name} · ${network} · ${channels} × ${height} × ${width} pixels · ${model.classes.length}`
    + ` classes · ${parameters.toLocaleString('en')} parameters`;
  pad.aspect = width;
  if (height !== width) {
    $('paper').height = Math.round($('paper').width * height / width);
  }
  $('centred-field').hidden = channels !== 1;
  $('centred').checked = model.digits;
  $('example').hidden = !model.digits;
  $('no-decoder').hidden = model.decoder;
  $('drawn').parentElement.hidden = !model.decoder;
  $('reset').hidden = !model.decoder;
  moves.build(model);
  classes.build(model.classes);
  pen();
  pad.draw();
  nothing();
  if (model.digits) {
    examples = await (await fetch('/digits.json')).json();
    example();
  }
  document.body.dataset.ready = 'true';
})();
