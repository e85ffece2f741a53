// A table that nobody else may touch, until the function that this gives is called.
//
//   const release = await hold(hjemsvar, 'submission');
//   ... whoever needs the table waits ...
//   await release();
import assert from 'node:assert/strict';
import { eventually } from './server.mjs';

const FOREVER_S = 100; // longer than any request waits

export async function hold(hjemsvar, table) {
  const statement = `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${FOREVER_S})`;
  const ended = assert.rejects(hjemsvar.sql(statement), /canceling statement/);
  const holders = `SELECT pid FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
    AND relation = '${table}'::regclass`;
  const [[pid]] = await eventually(() => hjemsvar.sql(holders), ({ length }) => length === 1);
  return async () => {
    await hjemsvar.sql(`SELECT pg_cancel_backend(${pid})`);
    await ended;
  };
}
