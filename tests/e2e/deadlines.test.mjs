// Who is slow, silent or too many. The tests of this file run side by side on one server and
// wait for its deadlines: 10 s for headers, 15 s of idleness, 20 s for a whole request. They
// judge who is cut and in which order, not when.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Raw, parseReplies } from './lib/raw.mjs';
import { drawNumber, encodeForm, request, sendJson, startServer } from './lib/server.mjs';

const DRIP_MS = 300;
const IDLE = 600;
const PATIENCE_MS = 90_000;

let hjemsvar;
let server;
let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  code = (await hjemsvar.createRound()).links[0].code;
  server = await startServer(hjemsvar.env);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const connect = (options) => Raw.connect(server.respondents, options);
const get = (...headers) =>
  ['GET /privacy HTTP/1.1', 'Host: svar.example', ...headers, '', ''].join('\r\n');
const headOfPost = (length) =>
  [
    `POST /S/${code} HTTP/1.1`,
    'Host: svar.example',
    'Content-Type: application/x-www-form-urlencoded',
    'Accept: application/json',
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');
const longHeader = `X-Y: ${'z'.repeat(4000)}`;
const answer = () => encodeForm({ submission: drawNumber(), action: 'send', q3: 1 });

describe('a connection', { concurrency: true }, () => {
  test('is cut when its headers drip, sooner than when it idles, sooner than when its body drips', async () => {
    const [header, idle, body] = await Promise.all([connect(), connect(), connect()]);
    const order = [];
    const note = (name, raw) => raw.ended.then(() => order.push(name));
    const all = [note('header', header), note('idle', idle), note('body', body)];
    header.drip(get(longHeader), DRIP_MS);
    idle.write(get());
    body.write(headOfPost(4000));
    body.drip('a'.repeat(4000), DRIP_MS);
    await idle.replies(1);
    const ended = await Promise.all([header.end(), idle.end(), body.end()]);
    await Promise.all(all);
    assert.deepEqual(order, ['header', 'idle', 'body']);
    assert.deepEqual(ended.map((replies) => replies.length), [0, 1, 0]);
  });

  test('is cut when it has said nothing at all', async () => {
    const raw = await connect();
    assert.deepEqual(await raw.end(), []);
  });

  test('is cut when the headers of a later request drip', async () => {
    const raw = await connect();
    raw.write(get());
    await raw.replies(1);
    raw.drip(get(longHeader), DRIP_MS);
    assert.equal((await raw.end()).length, 1);
  });

  test('is cut when the body of a later request drips', async () => {
    const raw = await connect();
    raw.write(get());
    await raw.replies(1);
    raw.write(headOfPost(4000));
    raw.drip('a'.repeat(4000), DRIP_MS);
    assert.equal((await raw.end()).length, 1);
  });

  test('is cut when it does not take in what it asked for', async () => {
    const raw = await connect();
    const asked = 12_000; // some 40 MB: more than the sockets' buffers hold
    raw.socket.pause();
    raw.write(get().repeat(asked));
    await leftAlone();
    raw.socket.resume();
    const replies = await raw.end();
    assert.ok(replies.length < asked, 'every reply came');
    assert.equal((await request(server.respondents, '/privacy')).status, 200);
  });

  test('that is slow but honest is served', async () => {
    const raw = await connect();
    const body = answer();
    raw.write(headOfPost(body.length));
    raw.drip(body, 100);
    assert.equal((await raw.replies(1))[0].status, 201);
    raw.close();
  });

  test(`is served while ${IDLE} others are idle`, async () => {
    const idle = await Promise.all(Array.from({ length: IDLE }, () => connect()));
    const others = await connect();
    for (let i = 1; i <= 5; i++) {
      others.write(get());
      assert.equal((await others.replies(i))[i - 1].status, 200);
      assert.equal((await sendJson(server, code, { q3: 1 })).status, 201);
      const page = await request(server.respondents, `/S/${code}`, { agent: false });
      assert.equal(page.status, 200);
    }
    assert.equal(idle.filter((raw) => !raw.open).length, 0, 'the idle ones were there all the time');
    others.close();
    await Promise.all(idle.map((raw) => raw.end()));
  });
});

// Until the server has cut all connections of this file that wait to be cut.
async function leftAlone() {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { text } = await request(server.operations, '/metrics');
    const open = /^hjemsvar_connections\{listener="respondents"\} (\d+)$/m.exec(text);
    if (Number(open[1]) === 0) return;
    assert.ok(performance.now() < until, `${open[1]} connections stay`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('connections from one address', { concurrency: true }, () => {
  const LIMIT = 20;

  async function withLimit(env, work) {
    const limited = await startServer({
      ...hjemsvar.env,
      HJEMSVAR_CONNECTIONS_PER_ADDRESS: String(LIMIT),
      ...env,
    });
    const open = [];
    const enter = async (options) => {
      const raw = await Raw.connect(limited.respondents, options);
      open.push(raw);
      raw.write(get());
      await raw.until(() => !raw.open || parseReplies(raw.received).length > 0).catch(() => {});
      return raw;
    };
    try {
      await work(enter);
    } finally {
      for (const raw of open) raw.close();
      await limited.stop();
    }
  }

  const served = (raw) => parseReplies(raw.received).map(({ status }) => status);

  test('beyond the limit are refused, those from other addresses are not', () =>
    withLimit({}, async (enter) => {
      const inside = [];
      for (let i = 0; i < LIMIT; i++) inside.push(await enter());
      for (const raw of inside) assert.deepEqual(served(raw), [200]);
      for (let i = 0; i < 3; i++) {
        const refused = await enter();
        assert.deepEqual(served(refused), []);
        assert.ok(!refused.open);
      }
      assert.deepEqual(served(await enter({ localAddress: '127.0.0.2' })), [200]);
      for (const raw of inside) assert.ok(raw.open, 'those inside are left alone');
      inside[0].close();
      let again;
      do again = await enter();
      while (!again.open);
      assert.deepEqual(served(again), [200]);
    }));

  test('are not limited for a trusted proxy', () =>
    withLimit({ HJEMSVAR_TRUSTED_PROXIES: '192.0.2.0/24,127.0.0.1/32' }, async (enter) => {
      const inside = [];
      for (let i = 0; i < 3 * LIMIT; i++) inside.push(await enter());
      for (const raw of inside) assert.deepEqual(served(raw), [200]);
    }));
});
