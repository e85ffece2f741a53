// Makes, once for all files of a run, the installation that Hjemsvar.create() copies: migrated,
// with its settings. Its folder goes to stdout, for TEST_MODEL; the cluster is stopped then, and
// its folder is TEST_MODEL_CLUSTER.
import { Hjemsvar, MODEL, sql } from './hjemsvar.mjs';

const model = await Hjemsvar.create();
await sql('postgres', `ALTER DATABASE ${model.database} RENAME TO ${MODEL}`);
process.stdout.write(`${model.folder}\n`);
