// The ledger of one fault: answers by an open link and by single-use codes, somebody who opens the
// questionnaire again and again, and how long everything took.
import assert from 'node:assert/strict';
import http from 'node:http';
import { isDeepStrictEqual } from 'node:util';

import { Load, numberToUuid } from '../tests/e2e/lib/ledger.mjs';
import { request } from '../tests/e2e/lib/server.mjs';

const CONNECTIONS = 16;
const BY_CODE = 4; // every fourth answer
const BREATH_MS = 25;

const now = () => performance.now();
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Ledger extends Load {
  // links: {open, codes}; the codes are used up.
  constructor(server, links) {
    super(server, links.open, { connections: CONNECTIONS });
    this.links = links;
    this.slowestMs = 0;
    this.visits = 0;
    this.badVisits = [];
    this.newcomers = [];
  }

  start() {
    super.start();
    this.visitor = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.visiting = (async () => {
      while (this.running) {
        await this.visit(this.visitor);
        await pause(BREATH_MS);
      }
    })();
    return this;
  }

  async visit(agent) {
    const begun = now();
    try {
      const { status } = await request(this.server.respondents, `/S/${this.code}`, { agent });
      if (status === 200) this.visits++;
      else this.badVisits.push(status);
    } catch (error) {
      this.badVisits.push(error.code);
    }
    this.slowestMs = Math.max(this.slowestMs, now() - begun);
  }

  // Visitors on connections of their own.
  come(count) {
    for (let i = 0; i < count; i++) this.newcomers.push(this.visit(new http.Agent({ keepAlive: false })));
  }

  async stop() {
    await super.stop();
    await Promise.all([this.visiting, ...this.newcomers]);
    this.visitor.destroy();
  }

  async send(entry, form, agent) {
    // Once and for all: what is sent again goes the same way.
    if (entry.code === undefined) entry.code = this.entries.length % BY_CODE === 0 ? this.links.codes.pop() : null;
    const begun = now();
    const known = entry.lost.length;
    await super.send(entry, form, agent);
    this.slowestMs = Math.max(this.slowestMs, now() - begun);
    const last = entry.replies.at(-1);
    const lost = entry.lost.length > known;
    if (!lost && last.status > 500 && last.reply.headers['retry-after'] === undefined) {
      // Something between us and the server has said so.
      entry.replies.pop();
      entry.lost.push(new Error(`a proxy's ${last.status}`));
      this.lost++;
      if (last.status === 503) this.refused--;
    } else if (!lost && entry.thanked) {
      entry.replies = [{ status: last.status }]; // pages are large
      if (begun >= this.endedAt) this.firstThanks ??= now();
      return;
    }
    if (now() >= this.endedAt) this.lastFailure = now();
  }

  // The fault is over; the first call counts.
  over() {
    this.endedAt ??= now();
  }

  // One more may begin.
  again() {
    this.endedAt = this.firstThanks = this.lastFailure = undefined;
  }

  // Seconds from the fault's end until an answer that was sent since is thanked for and nobody is
  // turned away or left without a reply any more.
  get backAfterS() {
    return (Math.max(this.firstThanks, this.lastFailure ?? 0) - this.endedAt) / 1000;
  }

  // What the database holds: of those thanked for, how many are gone or other than they were sent;
  // how many answers are there twice, by their words.
  async look(hjemsvar) {
    const rows = await hjemsvar.sql(
      `SELECT number, answers FROM submission WHERE round IN (${this.links.rounds})`,
    );
    const stored = new Map(rows.map(([number, answers]) => [number, JSON.parse(answers)]));
    const words = new Set([...stored.values()].map(({ q10 }) => q10));
    const kept = ({ number, fields }) => isDeepStrictEqual(stored.get(numberToUuid(number)), fields);
    return {
      stored: rows.length,
      lost: this.entries.filter((entry) => entry.thanked && !kept(entry)).length,
      twice: rows.length - words.size,
    };
  }

  // A code is spent where an answer stands, and nowhere else.
  async codesAreRight(hjemsvar) {
    const [[spent, answers]] = await hjemsvar.sql(`SELECT
      (SELECT count(*) FROM code WHERE round IN (${this.links.rounds}) AND uses_left = 0),
      (SELECT count(*) FROM submission WHERE round = ${this.links.rounds[1]})`);
    const coded = this.entries.filter(({ code }) => code).length;
    return Number(spent) === Number(answers) && Number(answers) === coded;
  }

  // harsh: connections may end without a reply.
  judge(harsh) {
    this.checkReplies({ lost: harsh });
    if (!harsh) assert.deepEqual(this.badVisits, [], 'the questionnaire could not be read');
    assert.ok(this.visits > 0, 'nobody could read the questionnaire');
  }
}
