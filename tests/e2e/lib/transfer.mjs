// Answers in and out of an installation by the command line program.
import assert from 'node:assert/strict';
import { csvObjects, csvOf } from './csv.mjs';

/** A complete answer of a mother of one child in daycare, as a row of an import. */
export function answer(more = {}) {
  return {
    municipality_code: 101,
    q1: 2,
    q2: 1,
    q3: 1,
    q4_1: 1,
    q5_1: 1,
    q6_1: 2,
    q7: 3,
    q8_1: 8,
    q9: 10,
    ...more,
  };
}

/** Imports a file given as text; the result of run(). */
export function importText(hjemsvar, round, text, ...words) {
  const all = ['answers', 'import', '-', '--round', round, ...words];
  return hjemsvar.cli(all, { input: text });
}

/** The same, must succeed; gives {round, stored, skipped}. */
export async function importOk(hjemsvar, round, text) {
  const done = await importText(hjemsvar, round, text, '--json');
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout);
}

/** The same for rows as objects. */
export function importRows(hjemsvar, round, rows) {
  return importOk(hjemsvar, round, csvOf(rows));
}

/** The internal export, as CSV unless words say another format. */
export function exportText(hjemsvar, round, ...words) {
  const all = words.includes('--format') ? words : ['--format', 'csv', ...words];
  return hjemsvar.ok('answers', 'export', '--round', round, '--profile', 'internal', ...all);
}

/** The same as objects by column. */
export async function exportObjects(hjemsvar, round) {
  return csvObjects(await exportText(hjemsvar, round));
}
