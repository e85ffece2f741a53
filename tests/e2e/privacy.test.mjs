// The drafts in docs/privacy say what the program does: every table, every required setting, the
// words of the page /privacy, and commands that exist.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Hjemsvar, checkout } from './lib/hjemsvar.mjs';

const DRAFTS = ['notice', 'record', 'dpia', 'processing-agreement'];

let hjemsvar;
const drafts = {};
before(async () => {
  hjemsvar = await Hjemsvar.create();
  for (const name of DRAFTS) drafts[name] = await readFile(join(checkout, `docs/privacy/${name}.md`), 'utf8');
});
after(() => hjemsvar?.drop());

/** Names in the first column of the tables under a heading. */
function namesUnder(text, heading) {
  const part = text.split(`### ${heading}\n`)[1].split(/\n##/)[0];
  return [...part.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
}

const tables = async (where) =>
  (
    await hjemsvar.sql(`SELECT DISTINCT c.relname FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND ${where} ORDER BY 1`)
  ).flat();

test('the record names every table of the database, once, and no other', async () => {
  const personal = namesUnder(drafts.record, 'Med personoplysninger');
  const others = namesUnder(drafts.record, 'Uden personoplysninger');
  const named = [...personal, ...others];
  assert.deepEqual(named.filter((name, i) => named.indexOf(name) !== i), [], 'named twice');
  assert.deepEqual(
    named.sort(),
    await tables('true'),
    'docs/privacy/record.md: say of a new table whether it holds personal data, and when it goes',
  );
  const telling = await tables(`a.attname IN ('submission', 'answers', 'network', 'course_id', 'courses',
    'staff', 'email', 'phone', 'contact', 'actor', 'actor_name', 'made_by', 'override_by') AND
    c.relname NOT IN ('quality_run', 'round_purge')`);
  assert.deepEqual(telling.filter((name) => !personal.includes(name)), [], 'holds something of somebody');
  assert.deepEqual(await tables("c.relname = 'round_purge' AND a.attname IN ('staff', 'actor')"), []);
});

test('the notice goes through every required setting, and says what the page says', async () => {
  const required = (await hjemsvar.json('settings', 'list')).filter((row) => row.required).map((row) => row.key);
  for (const key of required) assert.ok(drafts.notice.includes(`\`${key}\``), `${key} is not in notice.md`);
  const words = JSON.parse(await readFile(join(checkout, 'templates/words/da.json'), 'utf8'));
  for (const key of ['privacy_intro', 'privacy_traces', 'fair_voluntary', 'fair_municipality'])
    for (const sentence of words[key].match(/[^.]+\./g).map((piece) => piece.trim()))
      assert.ok(drafts.notice.includes(sentence), `${key}: "${sentence}" is not in notice.md`);
});

test('each draft says that it is one, and names commands and pages that exist', async () => {
  const usages = new Map(
    [...(await hjemsvar.ok('help')).matchAll(/^hjemsvar ([a-z]+(?: [a-z][a-z-]*)?)( .*)?\n {4}/gm)].map(
      ([, command, usage]) => [command, usage ?? ''],
    ),
  );
  const keys = (await hjemsvar.json('settings', 'list')).map(({ key }) => key);
  const retention = await readFile(join(checkout, 'docs/retention.md'), 'utf8');
  for (const [name, text] of Object.entries({ ...drafts, retention })) {
    if (name !== 'retention') {
      assert.match(text, /\*\*Udkast\.\*\*[^]*DPO[^]*\*\*Summary in English\.\*\*/, name);
      assert.match(text.split('\n')[0], /udkast/);
    }
    const commands = [
      ...text.matchAll(/`hjemsvar ([^`]+)`/g),
      ...text.matchAll(/^hjemsvar ([^#\n]+)/gm),
    ].map(([, words]) => words.trim().split(/\s+/));
    assert.ok(commands.length > 0 || name === 'notice', name);
    for (const words of commands) {
      const usage = usages.get(words.slice(0, 2).join(' ')) ?? usages.get(words[0]);
      assert.ok(usage !== undefined, `${name}: there is no hjemsvar ${words.join(' ')}`);
      for (const flag of words.filter((word) => word.startsWith('--')))
        assert.ok(usage.includes(flag), `${name}: hjemsvar ${words.join(' ')} has no ${flag}`);
    }
    for (const [, key] of text.matchAll(/`hjemsvar settings set ([a-z_]+)/g)) assert.ok(keys.includes(key), `${name}: ${key}`);
    for (const [, path] of text.matchAll(/docs\/([a-z-]+\.md)/g)) await readFile(join(checkout, 'docs', path));
  }
});
