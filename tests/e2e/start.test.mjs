// What keeps the server from starting: an exit code of sysexits and one line that says what is
// wrong and how to mend it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, cp, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Cluster } from './lib/cluster.mjs';
import { Hjemsvar, build, checkout, run } from './lib/hjemsvar.mjs';
import { startServer } from './lib/server.mjs';

const USAGE = 64;
const DOWN = 69;
const CONFIG = 78;
const START_MAX_MS = 30_000; // the server itself allows the database 10 s

let hjemsvar;

before(async () => {
  hjemsvar = await Hjemsvar.create();
});

after(() => hjemsvar?.drop());

const FREE = {
  HJEMSVAR_LISTEN: '127.0.0.1:0',
  HJEMSVAR_CONSOLE_LISTEN: '127.0.0.1:0',
  HJEMSVAR_OPS_LISTEN: '127.0.0.1:0',
};

// The server must refuse to start; gives the one line it says.
async function refusal(code, env, ...words) {
  const command = ['-s', 'KILL', 2 * (START_MAX_MS / 1000), join(build, 'hjemsvar-server'), ...words];
  const done = await run('timeout', command, { env: { ...hjemsvar.env, ...FREE, ...env } });
  assert.equal(done.code, code, done.stderr);
  assert.equal(done.stdout, '');
  const lines = done.stderr.split('\n').slice(0, -1);
  const said = lines.filter((line) => !line.startsWith('{'));
  assert.equal(said.length, 1, done.stderr);
  assert.ok(said[0].startsWith('hjemsvar-server: '), done.stderr);
  assert.ok(!done.stderr.includes('"listening"'), 'announced before it failed');
  return said[0];
}

describe('refuses to start', { concurrency: 4 }, () => {
  test('without a secret, with a short one, with one that others may read', async () => {
    assert.match(await refusal(CONFIG, { HJEMSVAR_SECRET_FILE: '' }), /HJEMSVAR_SECRET_FILE/);
    const missing = join(hjemsvar.folder, 'missing');
    assert.match(await refusal(CONFIG, { HJEMSVAR_SECRET_FILE: missing }), /HJEMSVAR_SECRET_FILE/);
    const short = await hjemsvar.file('short', randomBytes(31), 0o600);
    assert.match(await refusal(CONFIG, { HJEMSVAR_SECRET_FILE: short }), /32 bytes/);
    const exposed = await hjemsvar.file('exposed', randomBytes(48), 0o600);
    await chmod(exposed, 0o644);
    assert.match(await refusal(CONFIG, { HJEMSVAR_SECRET_FILE: exposed }), /chmod 600/);
  });

  test('with another secret than the one that made what is stored', async () => {
    const other = await hjemsvar.file('other', randomBytes(48), 0o600);
    assert.match(await refusal(CONFIG, { HJEMSVAR_SECRET_FILE: other }), /secret/);
  });

  test('on a database that was not migrated', async () => {
    const bare = await Hjemsvar.create({ migrate: false });
    try {
      const { HJEMSVAR_DATABASE_URL } = bare.env;
      assert.match(await refusal(CONFIG, { HJEMSVAR_DATABASE_URL }), /hjemsvar migrate/);
    } finally {
      await bare.drop();
    }
  });

  test('without a database', async () => {
    const nowhere = { HJEMSVAR_DATABASE_URL: `host=${hjemsvar.folder} dbname=hjemsvar` };
    assert.match(await refusal(DOWN, nowhere), /database.*hint: .*HJEMSVAR_DATABASE_URL/);
  });

  test('when nothing names a database', async () => {
    const unnamed = { HJEMSVAR_DATABASE_URL: '' };
    assert.match(await refusal(CONFIG, unnamed), /HJEMSVAR_DATABASE_URL is not set; hint: /);
  });

  test('with a database URL that cannot be read, and never prints it', async () => {
    const broken = { HJEMSVAR_DATABASE_URL: 'postgresql://user:geheim@[::1/hjemsvar' };
    assert.doesNotMatch(await refusal(CONFIG, broken), /geheim/);
  });

  test('on a database that does not answer, and says so', async () => {
    const cluster = await Cluster.create();
    try {
      await cluster.freeze();
      await refusal(DOWN, { HJEMSVAR_DATABASE_URL: cluster.url });
    } finally {
      await cluster.drop();
    }
  });

  for (const variable of ['HJEMSVAR_LISTEN', 'HJEMSVAR_CONSOLE_LISTEN', 'HJEMSVAR_OPS_LISTEN']) {
    test(`on a port that is taken, and names ${variable}`, async () => {
      const taken = net.createServer();
      await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
      try {
        const address = `127.0.0.1:${taken.address().port}`;
        const line = await refusal(CONFIG, { [variable]: address });
        assert.ok(line.includes(variable) && line.includes(address), line);
      } finally {
        taken.close();
      }
    });
  }

  test('with a variable or a flag that does not exist', async () => {
    assert.match(await refusal(CONFIG, { HJEMSVAR_LISTN: '127.0.0.1:0' }), /HJEMSVAR_LISTN/);
    assert.match(await refusal(USAGE, {}, '--listn', '127.0.0.1:0'), /--listn/);
  });

  test('with an address that is none', async () => {
    for (const address of ['127.0.0.1', '127.0.0.1:99999', '127.0.0.1:', 'no.such.host.invalid:0']) {
      assert.match(await refusal(CONFIG, { HJEMSVAR_LISTEN: address }), /HJEMSVAR_LISTEN/);
    }
  });

  test('without its templates', async () => {
    const line = await refusal(CONFIG, { HJEMSVAR_SHARE_DIR: hjemsvar.folder });
    assert.match(line, /HJEMSVAR_SHARE_DIR/);
  });
});

describe('refuses to start with a broken template, and says where:', () => {
  // [what, file below templates/, damage, the line it is on]
  const DAMAGES = [
    ['an unclosed tag', 'pages/message.html', (text) => text.replace('{{heading}}', '{{heading'), 2],
    ['an unknown key', 'pages/message.html', (text) => text.replace('{{heading}}', '{{haeding}}'), 2],
    ['an unclosed section', 'pages/thanks_body.html', (text) => text.replace('{{/thanks}}', ''), 2],
    ['a section that closes another', 'pages/thanks_body.html', (text) => text.replace('{{/thanks}}', '{{/tanks}}'), 4],
    ['a missing partial', 'pages/message.html', (text) => text.replace('{{>foot}}', '{{>food}}'), 12],
  ];
  let share;

  before(async () => {
    share = join(hjemsvar.folder, 'share');
    await cp(join(checkout, 'templates'), join(share, 'templates'), { recursive: true });
    await cp(join(checkout, 'migrations'), join(share, 'migrations'), { recursive: true });
    await cp(join(checkout, 'docs/openapi.json'), join(share, 'docs/openapi.json'));
  });

  // The line that the server prints about a damaged file.
  async function damaged(name, damage) {
    const file = join(share, 'templates', name);
    const whole = await readFile(file, 'utf8');
    const broken = damage(whole);
    assert.notEqual(broken, whole, 'nothing was damaged');
    await writeFile(file, broken);
    try {
      return await refusal(CONFIG, { HJEMSVAR_SHARE_DIR: share });
    } finally {
      await writeFile(file, whole);
    }
  }

  for (const [what, name, damage, at] of DAMAGES) {
    test(what, async () => {
      const line = await damaged(name, damage);
      assert.ok(line.includes(`${name}:${at}`), line);
    });
  }

  test('a word that is missing', async () => {
    const line = await damaged('words/en.json', (text) => text.replace(/^ *"back":.*\n/m, ''));
    assert.ok(line.includes('words/en.json') && line.includes('back'), line);
  });

  test('words that are no JSON', async () => {
    const line = await damaged('words/da.json', (text) => text.replace('{', '{,'));
    assert.match(line, /words\/da\.json:1\b/);
  });

  test('and starts with the whole ones', async () => {
    const server = await startServer({ ...hjemsvar.env, HJEMSVAR_SHARE_DIR: share });
    await server.stop();
  });
});
