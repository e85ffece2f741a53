// How well repeats are found, on simulated answers: far from the figures of
// docs/linkage-figures.md, but enough to notice when the linkage has gone wrong.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, run } from './lib/hjemsvar.mjs';

async function quality(...words) {
  const mix = ['--answers', 60, '--municipalities', 40, '--change-what', 'opinions', '--seed', 1];
  const done = await run(join(build, 'measure-linkage'), ['quality', ...mix, ...words]);
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout);
}

test('repeats that share a tag are found, mothers and fathers are left alone', async () => {
  const found = await quality();
  const { precision, recall_sharing } = found.methods.linkage;
  assert.ok(found.true_pairs >= 250, `${found.true_pairs} true pairs`);
  assert.ok(precision.share >= 0.9, `precision ${precision.share}`);
  assert.ok(recall_sharing.share >= 0.8, `recall ${recall_sharing.share}`);
  assert.ok(found.couples.all >= 300, `${found.couples.all} couples`);
  assert.ok(found.couples.some <= 3, `${found.couples.some} of ${found.couples.all} couples in a cluster`);
});

test('without traces it finds fewer, and is right more often than not', async () => {
  const found = await quality('--traces', 'off');
  const { precision, recall } = found.methods.linkage;
  assert.ok(precision.share >= 0.65, `precision ${precision.share}`);
  assert.ok(recall.share >= 0.25 && recall.share <= 0.75, `recall ${recall.share}`);
  assert.equal(found.methods.network.precision.all, 0, 'no network is known');
});

test('an interval is as wide as whole municipalities differ, not as narrow as single pairs', async () => {
  const count = 12;
  const all = await quality('--municipalities', count);
  const each = [];
  for (let i = 0; i < count; i++) {
    each.push(await quality('--municipalities', 1, '--seed', 1 + i));
  }
  const known = (found) => found.methods.network.precision; // one tablet makes many pairs
  const { some, all: pairs, share, design_effect: effect, low, high } = known(all);
  const sum = (of) => each.reduce((before, found) => before + of(known(found)), 0);
  assert.equal(sum((part) => part.some), some);
  const squares = sum((part) => (part.some - share * part.all) ** 2);
  const variance = ((squares / pairs ** 2) * count) / (count - 1);
  const expected = variance / ((share * (1 - share)) / pairs);
  assert.ok(expected > 1, `${expected}`);
  assert.ok(Math.abs(effect - expected) < 1e-6, `${effect}, not ${expected}`);
  const half = 1.96 * Math.sqrt(variance);
  assert.ok(high - low > 1.5 * half && high - low < 2.1 * half, `${low} to ${high}, half ${half}`);
  assert.equal(known(each[0]).design_effect, 1, 'one municipality says nothing of the others');
});
