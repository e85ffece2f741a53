// What is kept of where an answer came from: two tags under the round's key, or nothing.
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Parent, eventually, request, sendJson, startServer, withdraw } from './lib/server.mjs';

let hjemsvar;
let behindProxy; // a server that trusts its clients' X-Forwarded-For
let open; // one that does not
let traced;
let untraced;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  traced = await hjemsvar.createRound('--municipality', '101');
  untraced = await hjemsvar.createRound('--municipality', '217', '--traces', 'off');
  traced.code = traced.links[0].code;
  untraced.code = untraced.links[0].code;
  open = await startServer(hjemsvar);
  const proxies = { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.1/32, 10.0.0.0/8, 2001:db8:f::/48' };
  behindProxy = await startServer(hjemsvar, proxies);
});

after(async () => {
  await open?.stop();
  await behindProxy?.stop();
  await hjemsvar?.drop();
});

let sent = 0;

// Sends an answer with headers and gives its trace: {network, device, seconds, arrived}.
async function traceOf(server, headers = {}, fields = {}) {
  const q10 = `spor nummer ${sent++}`;
  const reply = await sendJson(server, traced.code, { q3: 1, q10, ...fields }, { headers });
  assert.equal(reply.status, 201, reply.text);
  const rows = await hjemsvar.sql(
    `SELECT network, device, seconds, arrived_at = date_trunc('minute', arrived_at)
            AND arrived_at > now() - interval '5 minutes'
     FROM submission_trace JOIN submission ON id = submission AND answers->>'q10' = '${q10}'`,
  );
  assert.equal(rows.length, 1);
  const [network, device, seconds, arrived] = rows[0];
  return { network, device, seconds, arrived };
}

const networks = async (server, addresses) => {
  const tags = [];
  for (const address of addresses)
    tags.push((await traceOf(server, { 'X-Forwarded-For': address })).network);
  return tags;
};

// Of several tags two may agree by chance (1 in 65,536), three do not.
const differ = (tags) => assert.ok(new Set(tags).size >= tags.length - 1, `${tags}`);

test('keeps two tags, the time it took and the minute of arrival', async () => {
  const trace = await traceOf(open, { 'User-Agent': 'Test/1.0' }, { seconds: 241 });
  assert.match(trace.network, /^\d{1,5}$/);
  assert.match(trace.device, /^\d{1,5}$/);
  assert.deepEqual([trace.seconds, trace.arrived], ['241', 't']);
});

for (const seconds of [undefined, '', '-1', '1e3', '12 ', '9999999']) {
  test(`takes an answer whose time is said to be "${seconds}", as unknown`, async () => {
    assert.equal((await traceOf(open, {}, { seconds })).seconds, '');
  });
}

test('keeps no trace in a round without', async () => {
  const answer = { q3: 1, seconds: 100, q10: 'uden spor' };
  const reply = await sendJson(open, untraced.code, answer);
  assert.equal(reply.status, 201);
  const rows = await hjemsvar.sql(
    `SELECT count(*) FROM submission_trace WHERE round = ${untraced.round}`,
  );
  assert.deepEqual(rows, [['0']]);
});

test('gives a browser the same tags through the pages', async () => {
  const headers = { 'User-Agent': 'Pages/2.0', 'Accept-Language': 'da' };
  const parent = await new Parent(open, traced.code, { headers }).open();
  await parent.walk({ q3: 1, q10: 'fra siderne' });
  await parent.press('send');
  const [row] = await hjemsvar.sql(
    `SELECT network, device, seconds FROM submission_trace
     JOIN submission ON id = submission AND answers->>'q10' = 'fra siderne'`,
  );
  const { network, device } = await traceOf(open, headers);
  assert.deepEqual(row, [network, device, '']);
});

test('tells devices apart by their headers', async () => {
  const same = { 'User-Agent': 'A', 'Accept-Language': 'da' };
  const devices = [];
  for (const headers of [
    same,
    { ...same, 'User-Agent': 'B' },
    { ...same, 'Accept-Language': 'en' },
    { ...same, 'Sec-CH-UA-Platform': '"Android"' },
    { 'User-Agent': 'Ada', 'Accept-Language': '' },
  ])
    devices.push((await traceOf(open, headers)).device);
  differ(devices);
  assert.equal((await traceOf(open, { ...same, 'X-Other': '1' })).device, devices[0]);
});

test('believes X-Forwarded-For of a trusted proxy', async () => {
  const tags = await networks(behindProxy, ['192.0.2.1', '192.0.2.2', '198.51.100.7', '203.0.113.9']);
  differ(tags);
  const [again] = await networks(behindProxy, ['192.0.2.1']);
  assert.equal(again, tags[0]);
});

test('believes nobody else\'s', async () => {
  const tags = await networks(open, ['192.0.2.1', '192.0.2.2', '198.51.100.7']);
  assert.equal(new Set(tags).size, 1);
  assert.equal((await traceOf(open)).network, tags[0], 'it is the connection\'s own address');
});

test('takes the rightmost address that is no trusted proxy', async () => {
  const [client] = await networks(behindProxy, ['192.0.2.1']);
  const tags = await networks(behindProxy, [
    '203.0.113.9, 192.0.2.1',
    '203.0.113.9,192.0.2.1 , 10.1.2.3',
    'unknown, 192.0.2.1, 10.0.0.1,10.0.0.2',
    '192.0.2.1, 2001:db8:f::1',
    '::ffff:192.0.2.1',
    ['203.0.113.9', '192.0.2.1'], // the client's line, then the proxy's own
  ]);
  assert.deepEqual(tags, tags.map(() => client));
});

test('tags an IPv6 home by its first 64 bits', async () => {
  const [one, same, ...others] = await networks(behindProxy, [
    '2001:db8:1:2::1',
    '2001:db8:1:2:ffff::9',
    '2001:db8:1:3::1',
    '2001:db8:2:2::1',
  ]);
  assert.equal(same, one);
  differ([one, ...others]);
});

test('falls back on the proxy where the header is no address', async () => {
  const { network } = await traceOf(behindProxy);
  const tags = await networks(behindProxy, ['', 'unknown', '192.0.2.1, x', '192.0.2.1:4711']);
  assert.deepEqual(tags, tags.map(() => network));
});

test('gives the same home other tags in another round', async () => {
  const others = [];
  for (let i = 0; i < 3; i++) {
    const { round, links } = await hjemsvar.createRound('--municipality', '479');
    await eventually(
      () => request(open.respondents, `/S/${links[0].code}`),
      ({ status }) => status === 200,
    );
    await sendJson(open, links[0].code, { q3: 1 });
    const rows = await hjemsvar.sql(`SELECT network FROM submission_trace WHERE round = ${round}`);
    others.push(rows[0][0]);
  }
  differ([(await traceOf(open)).network, ...others]);
});

test('takes a withdrawn answer\'s trace away with it', async () => {
  const reply = await sendJson(open, traced.code, { q3: 1, q10: 'sporet skal væk' });
  const count = async () =>
    Number((await hjemsvar.sql('SELECT count(*) FROM submission_trace'))[0][0]);
  const before = await count();
  assert.equal((await withdraw(open, traced.code, reply.json().receipt)).status, 200);
  assert.equal(await count(), before - 1);
});

test('takes answers without tags where the round\'s key is missing, and warns once', async () => {
  const key = join(hjemsvar.keys, `round-${traced.round}.key`);
  await rename(key, `${key}.away`);
  const keyless = await startServer(hjemsvar);
  try {
    const { network, device, seconds } = await traceOf(keyless, {}, { seconds: 9 });
    assert.deepEqual([network, device, seconds], ['', '', '9']);
    await hjemsvar.ok('settings', 'set', 'service_name', 'Et andet navn');
    await eventually(
      () => request(keyless.respondents, '/'),
      ({ text }) => text.includes('Et andet navn'),
    );
    const warnings = keyless.lines
      .map((line) => JSON.parse(line))
      .filter(({ event, round }) => event === 'trace_key_missing' && round === traced.round);
    assert.equal(warnings.length, 1);
  } finally {
    await rename(`${key}.away`, key);
    await keyless.stop();
  }
});
