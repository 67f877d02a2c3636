// Asks the server, and turns whatever goes wrong into one line.

async function post(path, type, body) {
  let response;
  try {
    response = await fetch(path, {method: 'POST', headers: {'Content-Type': type}, body});
  } catch {
    throw new Error('The explorer does not answer. Is it still running?');
  }
  const answer = await response.json().catch(() => ({error: `HTTP ${response.status}`}));
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

export const ask = (what, question = {}) =>
  post(`/api/${what}`, 'application/json', JSON.stringify(question));

export const upload = file => post('/api/picture', 'application/octet-stream', file);

// Runs one question at a time; of those that come in the meantime, the latest.
export class Latest {
  constructor(run) {
    this.run = run;
    this.busy = false;
    this.waiting = null;
  }

  async ask(...args) {
    if (this.busy) {
      this.waiting = args;
      return;
    }
    this.busy = true;
    try {
      for (let next = args; next; next = this.waiting) {
        this.waiting = null;
        await this.run(...next);
      }
    } finally {
      this.busy = false;
    }
  }
}
