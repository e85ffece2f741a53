// A table that nobody else may touch, until the function that this gives is called.
//
//   const release = await hold(hjemsvar, 'submission');
//   ... whoever needs the table waits ...
//   await release();
import assert from 'node:assert/strict';
import { eventually } from './server.mjs';

const FOREVER_S = 150; // longer than any test waits for what does not come: it says so first

// The locks of this installation, for the copies of one database have tables of the same numbers;
// [[pid]] of those of which `condition` is true.
export const locks = (hjemsvar, condition) =>
  hjemsvar.sql(`SELECT pid FROM pg_locks WHERE ${condition}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);

export async function hold(hjemsvar, table) {
  const statement = `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${FOREVER_S})`;
  const ended = assert.rejects(hjemsvar.sql(statement), /canceling statement/);
  const held = `granted AND mode = 'AccessExclusiveLock' AND relation = '${table}'::regclass`;
  const [[pid]] = await eventually(() => locks(hjemsvar, held), ({ length }) => length === 1);
  return async () => {
    await hjemsvar.sql(`SELECT pg_cancel_backend(${pid})`);
    await ended;
  };
}
