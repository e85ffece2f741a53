// What happens to answers when PostgreSQL or the server is killed, frozen or restarted under
// load. Each test has a cluster and a server of its own.
//
// Nobody is thanked for an answer that is not stored; who is not thanked gets 503 within 10 s
// and the form filled in again; the server comes back by itself.
import assert from 'node:assert/strict';
import http from 'node:http';
import { describe, test } from 'node:test';
import { Cluster } from './lib/cluster.mjs';
import { Hjemsvar, run } from './lib/hjemsvar.mjs';
import { hold } from './lib/hold.mjs';
import { Load, answerOf, checkForm } from './lib/ledger.mjs';
import { Raw } from './lib/raw.mjs';
import { drawNumber, postForm, request, sendJson, startServer } from './lib/server.mjs';

const SOME = 300; // answers before and after a fault
const CONNECTIONS = 16;
const FROZEN_MS = 20_000;
const PATIENCE_MS = 90_000;

// Hands out a cluster, an installation on it, a server and a link; clears up.
async function withServer(work) {
  const cluster = await Cluster.create();
  let server;
  let hjemsvar;
  const setting = { cluster };
  try {
    hjemsvar = await Hjemsvar.create({ cluster: cluster.url });
    const { links } = await hjemsvar.createRound();
    server = await startServer(hjemsvar.env);
    Object.assign(setting, { hjemsvar, server, code: links[0].code, unseen: links[1].code });
    await work(setting);
    await setting.server.stop();
  } finally {
    setting.load?.close();
    if (setting.server?.ended === undefined) await setting.server?.kill();
    await cluster.drop();
  }
}

// Somebody who opens the questionnaire again and again.
class Visitor {
  constructor(server, code) {
    this.statuses = new Map();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.running = true;
    this.work = (async () => {
      while (this.running) {
        const { status } = await request(server.respondents, `/S/${code}`, { agent: this.agent });
        this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
        await pause();
      }
    })();
  }

  get count() {
    return this.statuses.get(200) ?? 0;
  }

  // Each visit got the questionnaire.
  async stop() {
    this.running = false;
    await this.work;
    this.agent.destroy();
    assert.deepEqual([...this.statuses.keys()], [200]);
  }
}

const pause = (ms = 25) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks /readyz until it says so.
async function readiness(server, wanted) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status, text } = await request(server.operations, '/readyz');
    if (status === wanted) return;
    assert.ok(performance.now() < until, `/readyz stays ${status} ${text}`);
    await pause();
  }
}

// Load, a fault, its end, and what must hold afterwards. `fault` gets the setting and leaves
// the database in order again; `down`: there is a time without a database.
async function outlive(fault) {
  await withServer(async (setting) => {
    const { hjemsvar, server, code } = setting;
    const load = new Load(server, code, { connections: CONNECTIONS });
    setting.load = load;
    const visitor = new Visitor(server, code);
    load.start();
    await load.acknowledged(SOME);
    await fault({ ...setting, load, visitor });
    await load.acknowledged(SOME);
    await readiness(server, 200);
    await load.stop();
    await visitor.stop();
    load.checkReplies();
    await load.checkThanked(hjemsvar);
    await load.settle();
    load.checkReplies();
    assert.equal(await load.check(hjemsvar), load.entries.length);
  });
}

// While the database is away every connection is turned away, readiness says so and the
// questionnaire can still be read, also where nobody has read it yet.
async function away({ server, load, visitor, unseen }) {
  const visits = visitor.count;
  await load.turnedAway(2 * CONNECTIONS);
  await readiness(server, 503);
  assert.ok(visitor.count > visits, 'nobody could read the questionnaire meanwhile');
  assert.equal((await request(server.respondents, `/S/${unseen}`)).status, 200);
  assert.equal((await request(server.operations, '/healthz')).status, 200);
}

describe('under load', { concurrency: 3 }, () => {
  test('PostgreSQL frozen for 20 s: 503 in time, nothing lost, nothing twice', () =>
    outlive(async (setting) => {
      const { cluster } = setting;
      await cluster.freeze();
      await Promise.all([pause(FROZEN_MS), away(setting)]);
      await cluster.thaw();
    }));

  test('PostgreSQL killed: 503 in time, nothing lost, nothing twice', () =>
    outlive(async (setting) => {
      const { cluster } = setting;
      await cluster.kill();
      await away(setting);
      await cluster.start();
    }));

  test('PostgreSQL killed and started again at once', () =>
    outlive(async ({ cluster }) => {
      await cluster.kill();
      await cluster.start();
    }));

  test('PostgreSQL restarted', () => outlive(({ cluster }) => cluster.restart()));

  test('every connection of the database ended by its administrator', () =>
    outlive(async ({ hjemsvar, load }) => {
      for (let i = 0; i < 3; i++) {
        await hjemsvar.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
        await load.acknowledged(20);
      }
    }));

  test('a table that somebody locks for a while', () =>
    outlive(async ({ hjemsvar, load }) => {
      const release = await hold(hjemsvar, 'submission');
      await load.turnedAway(CONNECTIONS);
      await release();
    }));

  test('the server killed: what was thanked for is there, the next server takes the rest', () =>
    withServer(async (setting) => {
      const { hjemsvar, server, code } = setting;
      const load = new Load(server, code, { connections: CONNECTIONS });
      setting.load = load;
      load.start();
      await load.acknowledged(SOME);
      await server.kill('SIGKILL');
      await load.checkThanked(hjemsvar);
      setting.server = await startServer(hjemsvar.env);
      load.server = setting.server;
      await load.acknowledged(SOME);
      await load.stop();
      load.checkReplies({ lost: true });
      await load.checkThanked(hjemsvar);
      await load.settle();
      assert.equal(await load.check(hjemsvar), load.entries.length);
    }));
});

test('who came while descriptors were out is let in although nobody leaves', () =>
  withServer(async ({ server, code }) => {
    const limit = (soft) => run('prlimit', ['--pid', server.pid, `--nofile=${soft}:`]);
    const { stdout } = await run('prlimit', ['--pid', server.pid, '--nofile', '-o', 'SOFT', '--noheadings']);
    const page = `GET /S/${code} HTTP/1.1\r\nHost: svar.example\r\n\r\n`;
    const stays = await Raw.connect(server.respondents);
    stays.write(page);
    await stays.replies(1);
    assert.equal((await limit(8)).code, 0); // all below are taken
    const comes = await Raw.connect(server.respondents);
    comes.write(page);
    stays.write(page); // the loop has turned when this is answered
    await stays.replies(2);
    assert.equal((await limit(stdout.trim())).code, 0);
    const [reply] = await Promise.race([comes.replies(1), stays.ended.then(() => [])]);
    assert.equal(reply?.status, 200, 'waited until the other one had left');
    comes.close();
    stays.close();
  }));

describe('one bad row', () => {
  // No answer that the server checked is bad to the database by itself, so a constraint of
  // the test's own makes one so.
  const BAD = 'dette svar vil databasen ikke have';
  const isBad = (i) => i % 40 === 7;
  const answer = (i) => (isBad(i) ? { ...answerOf(i), q10: BAD } : answerOf(i));

  test('costs only itself: it gets 500 with its form, all that came with it are stored', () =>
    withServer(async (setting) => {
      const { hjemsvar, server, code } = setting;
      await hjemsvar.sql(`ALTER TABLE submission ADD CHECK (answers->>'q10' <> '${BAD}')`);
      const load = new Load(server, code, { connections: 64, answer });
      setting.load = load;
      load.start();
      await load.acknowledged(1000);
      await load.stop();
      const bad = load.entries.filter(({ fields }) => fields.q10 === BAD);
      const good = load.entries.filter(({ fields }) => fields.q10 !== BAD);
      assert.ok(bad.length >= 20);
      for (const { replies, json, number, fields } of bad) {
        assert.deepEqual(replies.map(({ status }) => status), [500]);
        if (json) assert.deepEqual(replies[0].reply.json(), { error: 'fault' });
        else checkForm(replies[0].reply, number, fields);
      }
      for (const { replies } of good) assert.deepEqual(replies.map(({ status }) => status), [201]);
      assert.equal(await load.check(hjemsvar, good), good.length);
      assert.equal((await request(server.operations, '/readyz')).status, 200);
      for (const line of server.lines) assert.ok(!line.includes(BAD), line);
    }));

  test('can be sent again with the same number once the database takes it', () =>
    withServer(async ({ hjemsvar, server, code }) => {
      await hjemsvar.sql(
        `ALTER TABLE submission ADD CONSTRAINT bad CHECK (answers->>'q10' <> '${BAD}')`,
      );
      const fields = { ...answerOf(1), q10: BAD };
      const form = { submission: drawNumber(), action: 'send', ...fields };
      const refused = await postForm(server, `/S/${code}`, form);
      assert.equal(refused.status, 500);
      await hjemsvar.sql('ALTER TABLE submission DROP CONSTRAINT bad');
      const again = await postForm(server, `/S/${code}`, [...refused.page().hidden, ['action', 'send']]);
      assert.equal(again.status, 201);
      assert.equal((await sendJson(server, code, form)).status, 200);
      assert.deepEqual(await hjemsvar.sql('SELECT count(*) FROM submission'), [['1']]);
    }));
});
