import {showMap} from './picture.js';

const MOST_VOTERS = 64;

// Which places and which input capsules spoke for a class.
export class Couplings {
  constructor(note, figure, map, voters) {
    Object.assign(this, {note, figure, map, voters});
  }

  clear(text) {
    this.note.textContent = text;
    this.figure.hidden = this.voters.hidden = true;
  }

  show(answer, seen, shape, name) {
    if (!answer.voters) {
      this.clear(`No coupling map: ${answer.why}.`);
      return;
    }
    this.figure.hidden = !answer.map;
    if (answer.map) {
      showMap(this.map, answer.map, seen, shape);
    }
    this.showVoters(answer.voters);
    const count = answer.voters.length;
    this.note.textContent = answer.map
      ? `Coupling × activation of the input capsules, for “${name}”. They stand on a grid of`
        + ` ${answer.places.join(' × ')}; below, the coupling of each of ${count} types.`
      : `How much of each of the ${count} input capsules goes to “${name}”. `
        + (answer.why
          ? `No map: ${answer.why}.`
          : 'Each of them sees the whole image, so that there are no places to show on a map.');
  }

  showVoters(shares) {
    this.voters.hidden = shares.length > MOST_VOTERS;
    if (this.voters.hidden) {
      return;
    }
    const most = Math.max(1e-6, ...shares.map(Math.abs));
    while (this.voters.children.length > shares.length) {
      this.voters.lastChild.remove();
    }
    while (this.voters.children.length < shares.length) {
      this.voters.append(document.createElement('i'));
    }
    shares.forEach((share, i) => {
      const bar = this.voters.children[i];
      bar.style.height = `${100 * Math.abs(share) / most}%`;
      bar.classList.toggle('against', share < 0);
      bar.title = `${i + 1}: ${share.toFixed(3)}`;
    });
    const strongest = shares.indexOf(Math.max(...shares));
    this.voters.setAttribute('aria-label',
      `Coupling of ${shares.length} types of input capsules; most, ${shares[strongest].toFixed(2)},`
        + ` of number ${strongest + 1}`);
  }
}
