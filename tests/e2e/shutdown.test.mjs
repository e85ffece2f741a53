// SIGTERM, SIGINT, SIGHUP: no new connections, what is under way is answered, exit code 0; the next
// start finds everything.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Cluster } from './lib/cluster.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { hold } from './lib/hold.mjs';
import { Load, answerOf } from './lib/ledger.mjs';
import { Raw } from './lib/raw.mjs';
import { drawNumber, encodeForm, request, sendJson, startServer } from './lib/server.mjs';

const PATIENCE_MS = 120_000; // far beyond what is promised: then it hangs
const DRIP_MS = 300;
const CONNECTIONS = 16;
const SOME = 300;

let hjemsvar;
let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  code = (await hjemsvar.createRound()).links[0].code;
});

after(() => hjemsvar?.drop());

// A round of its own for each test, on a server of its own.
async function begin() {
  const { links } = await hjemsvar.createRound();
  return { server: await startServer(hjemsvar.env), code: links[0].code };
}

// Ends the server by a signal; exit code 0, a clean log. True when it waited in vain.
async function terminate(server, signal = 'SIGTERM') {
  server.child.kill(signal);
  const ended = await server.end(PATIENCE_MS);
  assert.deepEqual(ended, { code: 0, signal: null }, server.failure('stopped badly').message);
  server.checkLog();
  return server.lines.some((line) => JSON.parse(line).event === 'stopped_late');
}

const headOf = (method, target, ...headers) =>
  [`${method} ${target} HTTP/1.1`, 'Host: svar.example', ...headers, '', ''].join('\r\n');
const headOfPost = (link, length) =>
  headOf(
    'POST',
    `/S/${link}`,
    'Content-Type: application/x-www-form-urlencoded',
    'Accept: application/json',
    `Content-Length: ${length}`,
  );

const refusesConnections = (server) =>
  Raw.connect(server.respondents).then(
    () => assert.fail('a new connection was taken'),
    (error) => assert.equal(error.code, 'ECONNREFUSED'),
  );

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('under load: all in flight are answered, nobody is let in, the next start finds all', async (t) => {
  const { server, code: link } = await begin();
  const load = new Load(server, link, { connections: CONNECTIONS }).start();
  t.after(() => (load.running = false));
  await load.acknowledged(SOME);
  // Of these the bytes have left; what is begun later may find the door closed.
  const sent = load.waiting();
  await turn();
  const inFlight = sent.filter(({ waiting }) => waiting);
  const ended = terminate(server);
  await server.event('stopping');
  await refusesConnections(server);
  load.running = false;
  await ended;
  await load.stop();
  assert.ok(inFlight.length > 0);
  for (const { lost, thanked } of inFlight) {
    assert.deepEqual(lost, []);
    assert.ok(thanked);
  }
  load.checkReplies({ lost: true });

  const next = await startServer(hjemsvar.env);
  load.server = next;
  const thanked = load.entries.filter((entry) => entry.thanked);
  await load.settle();
  for (const { number, fields } of thanked.slice(-CONNECTIONS)) {
    assert.equal((await sendJson(next, link, { ...fields, submission: number })).status, 200);
  }
  load.close();
  await terminate(next);
});

test('answers that wait for a slow database are stored and thanked for before the exit', async () => {
  const { server, code: link } = await begin();
  const load = new Load(server, link, { connections: CONNECTIONS }).start();
  await load.acknowledged(SOME);
  const release = await hold(hjemsvar, 'submission');
  load.running = false;
  const waiting = load.waiting();
  assert.ok(waiting.length > 0);
  await turn();
  const ended = terminate(server);
  await server.event('stopping');
  await release();
  await Promise.all([ended, load.stop()]);
  load.close();
  for (const { replies } of waiting) assert.deepEqual(replies.map(({ status }) => status), [201]);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  test(`idle connections do not hold up a ${signal}`, async () => {
    const { server } = await begin();
    const idle = await Promise.all(
      Array.from({ length: 100 }, () => Raw.connect(server.respondents)),
    );
    for (const raw of idle.slice(50)) {
      raw.write(headOf('GET', '/privacy'));
      await raw.replies(1);
    }
    const operations = await Raw.connect(server.operations);
    assert.equal(await terminate(server, signal), false, 'waited for them until it gave up');
    await Promise.all([...idle, operations].map((raw) => raw.end()));
  });
}

test('a second SIGTERM changes nothing', async () => {
  const { server, code: link } = await begin();
  const body = encodeForm({ submission: drawNumber(), action: 'send', q3: 1 });
  const raw = await Raw.connect(server.respondents);
  raw.write(headOfPost(link, body.length) + body.slice(0, -1));
  await request(server.respondents, '/privacy'); // the server has read what came before
  const ended = terminate(server);
  await server.event('stopping');
  server.child.kill('SIGTERM');
  raw.write(body.slice(-1));
  assert.equal((await raw.replies(1))[0].status, 201);
  await ended;
});

describe('within the last seconds', { concurrency: true }, () => {
  test('a header drip is cut, a body drip does not hold the exit for ever', async () => {
    const { server, code: link } = await begin();
    const header = await Raw.connect(server.respondents);
    const body = await Raw.connect(server.respondents);
    header.drip(headOf('GET', '/privacy', `X-Y: ${'z'.repeat(4000)}`), DRIP_MS);
    body.write(headOfPost(link, 4000));
    body.drip('a'.repeat(4000), DRIP_MS);
    await request(server.respondents, '/privacy');
    const order = [];
    header.ended.then(() => order.push('header'));
    body.ended.then(() => order.push('body'));
    assert.equal(await terminate(server), true);
    assert.deepEqual([await header.end(), await body.end()], [[], []]);
    assert.deepEqual(order, ['header', 'body']);
  });

  test('a body that is complete in time is answered; one that comes too late harms nobody', async () => {
    const { server, code: link } = await begin();
    const late = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const number = drawNumber();
        const body = encodeForm({ submission: number, action: 'send', ...answerOf(i) });
        const raw = await Raw.connect(server.respondents);
        raw.write(headOfPost(link, body.length) + body.slice(0, -1));
        // Spread around the moment when the server gives up.
        const timer = setTimeout(() => raw.write(body.slice(-1)), 9_000 + i * 250);
        raw.ended.then(() => clearTimeout(timer));
        return { raw, number, fields: answerOf(i) };
      }),
    );
    await request(server.respondents, '/privacy');
    await terminate(server);
    const replies = await Promise.all(late.map(({ raw }) => raw.end()));
    const statuses = replies.map((given) => given[0]?.status);
    assert.equal(statuses[0], 201, statuses.join());
    for (const status of statuses) assert.ok([201, 503, undefined].includes(status), statuses.join());

    const next = await startServer(hjemsvar.env);
    for (const [i, { number, fields }] of late.entries()) {
      const again = await sendJson(next, link, { ...fields, submission: number });
      assert.ok([200, 201].includes(again.status));
      if (statuses[i] === 201) assert.equal(again.status, 200, 'thanked for, and not stored');
    }
    await terminate(next);
  });

  test('while PostgreSQL is frozen: who waits gets 503 and the form', async () => {
    const cluster = await Cluster.create();
    try {
      const own = await Hjemsvar.create({ cluster: cluster.url });
      const { links } = await own.createRound();
      const server = await startServer(own.env);
      const load = new Load(server, links[0].code, { connections: CONNECTIONS });
      load.start();
      await load.acknowledged(SOME);
      await cluster.freeze();
      load.running = false;
      const sent = load.waiting();
      assert.equal(sent.length, CONNECTIONS);
      await turn();
      await terminate(server);
      await load.stop();
      load.checkReplies();
      assert.ok(load.refused > 0);
      await cluster.thaw();

      load.server = await startServer(own.env);
      await load.checkThanked(own);
      await load.settle();
      assert.equal(await load.check(own), load.entries.length);
      load.close();
      await terminate(load.server);
    } finally {
      await cluster.drop();
    }
  });

  test('while PostgreSQL is frozen and nobody waits: ends by itself', async () => {
    const cluster = await Cluster.create();
    try {
      const own = await Hjemsvar.create({ cluster: cluster.url });
      await own.createRound();
      const server = await startServer(own.env);
      await cluster.freeze();
      assert.equal(await terminate(server), false);
    } finally {
      await cluster.drop();
    }
  });

  test('while PostgreSQL is gone: ends by itself', async () => {
    const cluster = await Cluster.create();
    try {
      const own = await Hjemsvar.create({ cluster: cluster.url });
      await own.createRound();
      const server = await startServer(own.env);
      await cluster.kill();
      assert.equal(await terminate(server), false);
    } finally {
      await cluster.drop();
    }
  });
});
