// The ledger of one fault: answers, sheets and forms by every way in (faults_ways.mjs), somebody who
// opens the questionnaire again and again, and how long everything took.
import assert from 'node:assert/strict';
import http from 'node:http';
import { isDeepStrictEqual } from 'node:util';

import { Load } from '../tests/e2e/lib/ledger.mjs';
import { drawNumber, request } from '../tests/e2e/lib/server.mjs';
import { TURNS, WAYS } from './faults_ways.mjs';

const CONNECTIONS = 16;
const BREATH_MS = 25;

const now = () => performance.now();
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Ledger extends Load {
  // links: {open, codes, known, sheets, forms, staff, rounds}: where the ways lead. Codes are used up.
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

  next(i) {
    const turn = TURNS[i % TURNS.length];
    const name = turn === 'code' && this.links.codes.length === 0 ? 'link' : turn;
    const way = WAYS[name];
    const json = !way.asPage && i % 2 === 1;
    const number = `${drawNumber().slice(0, -1)}0`; // as the console draws it: two bits of it are not used
    return { name, way, number, fields: way.fields(i), path: way.path(this.links), json };
  }

  form(entry) {
    return entry.way.form(entry, this.links);
  }

  post(entry, form, agent) {
    return entry.way.post(this.server, entry, form, agent, this.links);
  }

  thanks({ way }, reply) {
    return way.thanks(reply);
  }

  checkBusy(entry, reply) {
    entry.way.checkBusy(entry, reply, this.links);
  }

  async send(entry, form, agent) {
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
      entry.replies = [{ status: last.status, thanked: true }]; // pages are large
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
  // how many are there twice, by their words, or wait as another sheet of their course.
  async look(hjemsvar) {
    const [[waiting]] = await hjemsvar.sql(`SELECT count(*) FROM course_sheet WHERE round IN (${this.links.rounds})`);
    const rows = await hjemsvar.sql(
      `SELECT number::text, answers FROM submission WHERE round IN (${this.links.rounds})
       UNION ALL
       SELECT course_id, jsonb_build_object('course_id', course_id, 'referred_by', referred_by, 'started_on',
         started_on, 'closed_on', closed_on, 'outcome', outcome, 'visits', visits::text)
       FROM course WHERE round IN (${this.links.rounds})`,
    );
    const stored = new Map(rows.map(([key, content]) => [key, JSON.parse(content)]));
    const words = new Set([...stored.values()].map(({ q10, sag, course_id }) => q10 ?? sag ?? course_id));
    const kept = (entry) => isDeepStrictEqual(stored.get(entry.way.key(entry)), entry.fields);
    return {
      stored: rows.length,
      lost: this.entries.filter((entry) => entry.thanked && !kept(entry)).length,
      twice: rows.length - words.size + Number(waiting),
    };
  }

  // {link: {sent, acknowledged}, …}
  byWay() {
    const count = (entries) => ({ sent: entries.length, acknowledged: entries.filter(({ thanked }) => thanked).length });
    return Object.fromEntries(
      Object.keys(WAYS).map((name) => [name, count(this.entries.filter((entry) => entry.name === name))]),
    );
  }

  // A code is spent where an answer stands, and nowhere else.
  async codesAreRight(hjemsvar) {
    const [[spent, answers]] = await hjemsvar.sql(`SELECT
      (SELECT count(*) FROM code WHERE round IN (${this.links.rounds}) AND uses_left = 0),
      (SELECT count(*) FROM submission WHERE round = ${this.links.rounds[1]})`);
    const coded = this.entries.filter(({ name }) => name === 'code').length;
    return Number(spent) === Number(answers) && Number(answers) === coded;
  }

  // harsh: connections may end without a reply.
  judge(harsh) {
    this.checkReplies({ lost: harsh });
    if (!harsh) assert.deepEqual(this.badVisits, [], 'the questionnaire could not be read');
    assert.ok(this.visits > 0, 'nobody could read the questionnaire');
  }
}
