// Numbered answers sent from many connections, with a ledger of what the server said to each.
//
//   const load = new Load(server, code).start();
//   await load.acknowledged(500);      // so many answers have been thanked for
//   ... a fault ...
//   await load.stop();
//   await load.settle();               // sends again what has not been thanked for
//   await load.check(hjemsvar);        // each answer is stored exactly once, as sent
//
// Every second answer is sent as a form, every other one as a program would (JSON).
import assert from 'node:assert/strict';
import http from 'node:http';
import { drawNumber, request } from './server.mjs';

const PATIENCE_MS = 120_000;
const IDLE_MS = 5000; // a connection is given up long before the server does it (server.mjs)
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

// The complete answer of a family, another one for each i.
export function answerOf(i) {
  const children = 1 + (i % 3);
  const agreement = (n) => [1, 2, 3, 4, 5, 8][n % 6];
  const fields = { q1: 1 + (i % 3), q2: 1 + (i % 2), q3: children };
  if (fields.q1 === 3) fields.q1_text = `bonusforælder ${i}`;
  for (let child = 1; child <= children; child++) {
    fields[`q4_${child}`] = 1 + ((i + child) % 2);
    fields[`q5_${child}`] = agreement(i + child);
    fields[`q6_${child}`] = agreement(i + 2 * child);
    if (fields[`q4_${child}`] === 1) fields[`q8_${child}`] = agreement(i + 3 * child);
  }
  fields.q7 = agreement(i);
  fields.q9 = 1 + (i % 10);
  fields.q10 = `Svar nr. ${i}: "æøå" & <tak>`;
  return fields;
}

// The uuid under which a submission number is stored: its first 128 bits.
export function numberToUuid(number) {
  const bits = [...number].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
  const hex = (bits >> 2n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export class Load {
  constructor(server, code, { connections = 16, answer = answerOf } = {}) {
    this.server = server; // may be exchanged for the next one
    this.code = code;
    this.answer = answer;
    // {number, fields, json, replies: [{status, thanked, reply}], lost: [error]}
    this.entries = [];
    this.agents = Array.from(
      { length: connections },
      () => new http.Agent({ keepAlive: true, maxSockets: 1, timeout: IDLE_MS }),
    );
    this.thanked = 0;
    this.refused = 0; // 503
    this.lost = 0; // no reply at all
    this.watchers = new Set();
  }

  start() {
    this.running = true;
    this.workers = this.agents.map((agent) => this.work(agent));
    return this;
  }

  async work(agent) {
    while (this.running) {
      const entry = this.next(this.entries.length);
      this.entries.push(Object.assign(entry, { replies: [], lost: [] }));
      await this.send(entry, this.form(entry), agent);
      if (entry.lost.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  // ---- what comes in by another way says otherwise (bench/faults_ledger.mjs)

  // The i-th to be sent.
  next(i) {
    return { number: drawNumber(), fields: this.answer(i), json: i % 2 === 1 };
  }

  form({ number, fields }) {
    return { submission: number, action: 'send', ...fields };
  }

  post(entry, form, agent) {
    const headers = { Accept: entry.json ? 'application/json' : 'text/html' };
    return request(this.server.respondents, `/S/${this.code}`, { form, headers, agent });
  }

  // Whether a reply says that it is stored.
  thanks(entry, { status }) {
    return status === 200 || status === 201;
  }

  checkBusy({ number, fields, json }, reply) {
    checkBusy(reply, number, fields, json);
  }

  // ----

  async send(entry, form, agent) {
    entry.waiting = true;
    try {
      const reply = await this.post(entry, form, agent);
      const thanked = this.thanks(entry, reply);
      entry.replies.push({ status: reply.status, thanked, reply });
      if (thanked) {
        if (!entry.thanked) this.thanked++;
        entry.thanked = true;
      } else if (reply.status === 503) {
        this.refused++;
      }
    } catch (error) {
      entry.lost.push(error);
      this.lost++;
    }
    entry.waiting = false;
    for (const watcher of this.watchers) watcher();
  }

  // Resolves once when() holds.
  until(when, what) {
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(timer);
        this.watchers.delete(look);
        settle(value);
      };
      const told = () => `waited in vain for ${what}: ${this.summary()}`;
      const timer = setTimeout(() => end(reject, new Error(told())), PATIENCE_MS);
      const look = () => when() && end(resolve);
      this.watchers.add(look);
      look();
    });
  }

  // So many answers thanked for, from now on.
  acknowledged(count) {
    const goal = this.thanked + count;
    return this.until(() => this.thanked >= goal, `${count} thank-yous`);
  }

  // So many 503, from now on.
  turnedAway(count) {
    const goal = this.refused + count;
    return this.until(() => this.refused >= goal, `${count} times 503`);
  }

  summary() {
    return `${this.entries.length} sent, ${this.thanked} thanked, ${this.refused} times 503, ${this.lost} lost`;
  }

  // Those that have been sent and wait for their reply.
  waiting() {
    return this.entries.filter((entry) => entry.waiting);
  }

  async stop() {
    this.running = false;
    await Promise.all(this.workers);
  }

  // Every reply was a thank-you or a 503 with the whole form in it.
  checkReplies({ lost = false } = {}) {
    for (const entry of this.entries) {
      if (!lost) assert.deepEqual(entry.lost, []);
      for (const { status, thanked, reply } of entry.replies) {
        assert.ok(thanked || status === 503, `${status}: ${reply?.text}`);
        if (status === 503) this.checkBusy(entry, reply);
      }
    }
  }

  // Sends what was not thanked for once more, a form as it came back, until all is in.
  async settle() {
    const left = this.entries.filter(({ thanked }) => !thanked);
    await Promise.all(
      this.agents.map(async (agent) => {
        for (let entry; (entry = left.pop()) !== undefined; ) {
          const last = entry.replies[entry.replies.length - 1];
          const form =
            last === undefined || entry.json
              ? this.form(entry)
              : [...new Map([...last.reply.page().hidden, ['action', 'send']])];
          await this.send(entry, form, agent);
          assert.ok(entry.thanked, `sent again, and no thank-you: ${this.summary()}`);
        }
      }),
    );
  }

  // What the database holds of this round, by number: exactly one row for each of the
  // entries, with exactly its answers.
  async check(hjemsvar, entries = this.entries) {
    const rows = await hjemsvar.sql('SELECT number, answers FROM submission');
    const stored = new Map(rows.map(([number, answers]) => [number, answers]));
    assert.equal(stored.size, rows.length, 'a number is stored twice');
    for (const { number, fields } of entries) {
      const answers = stored.get(numberToUuid(number));
      assert.ok(answers !== undefined, `an answer is gone: ${JSON.stringify(fields)}`);
      assert.deepEqual(JSON.parse(answers), fields);
    }
    const known = new Set(this.entries.map(({ number }) => numberToUuid(number)));
    for (const number of stored.keys()) assert.ok(known.has(number), 'a row that nobody sent');
    return rows.length;
  }

  // The same, for what has been thanked for only.
  checkThanked(hjemsvar) {
    return this.check(hjemsvar, this.entries.filter(({ thanked }) => thanked));
  }

  close() {
    for (const agent of this.agents) agent.destroy();
  }
}

// A 503 says when to come back and, as a page, holds all that was sent and its number.
export function checkBusy(reply, number, fields, json) {
  assert.match(reply.headers['retry-after'] ?? '', /^[1-9]\d*$/);
  if (json) {
    assert.deepEqual(reply.json(), { error: 'busy' });
    return;
  }
  checkForm(reply, number, fields);
}

// The check page with all answers and the number in it, ready to be sent again.
export function checkForm(reply, number, fields) {
  const page = reply.page();
  const hidden = new Map(page.hidden);
  // The number has 128 bits, its last digit's two lowest are not used.
  assert.equal(numberToUuid(hidden.get('submission') ?? ''), numberToUuid(number));
  for (const [name, value] of Object.entries(fields)) assert.equal(hidden.get(name), String(value));
  assert.ok(page.buttons.some(({ value }) => value === 'send'), 'no button to send it again');
}
