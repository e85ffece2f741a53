// Bilag 8 on a phone with JavaScript: one document, the same questions in the same words as
// without. Then questionnaires that are not Bilag 8, from the phone to the report.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { columnsOf, rowOf } from './lib/answers.mjs';
import { CHECK, Stage, family } from './lib/phone.mjs';
import { exportText, importRows } from './lib/transfer.mjs';

let stage;

before(async () => {
  stage = await Stage.create();
});

after(() => stage?.close());

const THREE = {
  ...family([1, 2, 1], { q1: 3, q1_text: 'mormor', q5_2: 8, q6_3: 5, q8_3: 4, q9: 7 }),
  q10: 'Godt <b>forløb</b>,\n"tak" & på gensyn {n}',
};

describe('Bilag 8 on a phone with JavaScript', { concurrency: 3 }, () => {
  test('three children with one request until the answer is sent, and one to send it', async () => {
    const { round, path, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.press('next');
    await parent.choose('q1-3', 'q2-2', 'q3-3', 'q1-2', 'q1-3');
    await parent.page.locator('#q1_text').pressSequentially('mormor');
    await parent.press('next');
    await parent.choose('q4_1-1', 'q4_2-2', 'q4_3-1');
    await parent.walk(THREE);
    assert.deepEqual(parent.page.requests, [`GET ${path}`]);
    await parent.press('send');
    await parent.thanked();
    assert.match(await parent.read(), /Mange tak for din besvarelse!\s+Dine svar er gemt\./);
    assert.deepEqual(parent.page.requests, [`GET ${path}`, `POST ${path}`]);
    const rows = await stage.rows(round);
    assert.equal(rows.length, 1);
    assert.deepEqual(columnsOf(rows[0]), rowOf(THREE));
    await parent.leave();
  });

  // Walks one phone with and one without the script, and compares what they show.
  async function walkBoth(answers) {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    const other = await stage.parent({ javaScriptEnabled: false });
    await Promise.all([parent.open(url), other.open(url)]);
    const headings = [];
    const compare = async (where) => {
      const [heard, expected] = await Promise.all([parent.heard(), other.heard()]);
      assert.equal(heard, expected, `heard ${where}`);
      assert.equal(await parent.read(), await other.read(), `read ${where}`);
      assert.deepEqual(await parent.given(), await other.given(), `answers ${where}`);
      assert.equal(await parent.page.title(), await other.page.title(), `title ${where}`);
      headings.push(await parent.heading());
    };
    for (let pages = 0; !(await other.sees(CHECK)); pages++) {
      assert.ok(pages < 30, 'does not come to the check page');
      await compare(`on page ${pages}`);
      await Promise.all([parent.fill(answers), other.fill(answers)]);
      await Promise.all([parent.press('next'), other.press('next')]);
    }
    await compare('on the check page');
    await parent.leave();
    await other.leave();
    return headings;
  }

  // All that is asked is answered, so no notice comes in between.
  const FAMILIES = {
    'one child in daycare': family([1]),
    'one child at home': family([2]),
    'two children, the second in daycare': family([2, 1], { q1: 3, q1_text: 'bonusfar' }),
    'two children at home': family([2, 2]),
    'six children': family([1, 2, 1, 1, 2, 1], { q10: 'Vi er seks,\n\nog "glade" <3' }),
  };

  for (const [name, answers] of Object.entries(FAMILIES))
    test(`the same pages, questions and words with and without script: ${name}`, async () => {
      const headings = await walkBoth(answers);
      const daycare = Object.keys(answers).some((field) => field.startsWith('q8_'));
      assert.deepEqual(headings, [
        'Spørgeskema til forældre',
        'Spørgsmål 1-3 af 10',
        'Spørgsmål 4 af 10',
        'Spørgsmål 5 af 10',
        'Spørgsmål 6 af 10',
        'Spørgsmål 7 af 10',
        ...(daycare ? ['Spørgsmål 8 af 10'] : []),
        'Spørgsmål 9 af 10',
        'Spørgsmål 10 af 10',
        'Tjek dine svar',
      ]);
    });

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script';

    test(`a parent who leaves all but the number is told once a page, ${how}`, async () => {
      const { round, url } = await stage.newRound();
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      await parent.press('next');
      await parent.choose('q3-1');
      const notices = [];
      for (let presses = 0; !(await parent.sees(CHECK)); presses++) {
        assert.ok(presses < 30, 'does not come to the check page');
        await parent.press('next');
        if (!(await parent.sees('#notice'))) continue;
        notices.push(await parent.page.innerText('#notice'));
        const before = await parent.heading();
        await parent.press('next');
        assert.notEqual(await parent.heading(), before, 'told twice');
      }
      assert.deepEqual(
        notices,
        ['1, 2', '4 (Barn 1)', '5 (Barn 1)', '6 (Barn 1)', '7', '9'].map(
          (name) =>
            `Du mangler at svare\n\nDu har ikke svaret på spørgsmål ${name}. Du kan gå videre uden.`,
        ),
      );
      const lines = await parent.lines();
      assert.deepEqual(
        Object.entries(lines).filter(([, value]) => value !== 'Ikke besvaret'),
        [['q3', '1']],
      );
      await parent.press('send');
      await parent.thanked();
      assert.deepEqual(columnsOf((await stage.rows(round))[0]), rowOf({ q3: 1 }));
      await parent.leave();
    });

    test(`the notice and the error have the focus or the voice, ${how}`, async () => {
      const { url } = await stage.newRound();
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      await parent.press('next');
      await parent.choose('q1-1');
      await parent.press('next');
      assert.equal(await parent.page.title(), 'Fejl: Spørgsmål 1-3 af 10');
      const said = 'Vælg et svar på spørgsmål 3 for at komme videre.';
      assert.equal(await parent.page.innerText('#problems'), `Der er problemer\n${said}`);
      assert.equal(await parent.page.getAttribute('#problems', 'role'), 'alert');
      if (javaScriptEnabled) assert.ok(await parent.has('#problems'), 'the summary has the focus');
      const group = parent.page.locator('#q3');
      assert.equal(await group.locator('#q3-problem').innerText(), said, 'beside the question, too');
      assert.match(await group.getAttribute('aria-describedby'), /\bq3-problem\b/);
      assert.deepEqual(await parent.given(), { q1: '1', q1_text: '' }, 'what was chosen stays');
      await parent.page.click('#problems a');
      assert.ok(await parent.has('#q3-1'), 'the link leads to the field');
      await parent.choose('q3-2');
      await parent.press('next');
      const notice = parent.page.locator('#notice');
      assert.equal(await notice.getAttribute('role'), 'status');
      if (javaScriptEnabled) assert.ok(await parent.has('#notice'), 'the notice has the focus');
      assert.equal(await parent.page.title(), 'Spørgsmål 1-3 af 10');
      await parent.press('next');
      assert.equal(await parent.heading(), 'Spørgsmål 4 af 10');
      await parent.leave();
    });

    test(`texts that are too long are told by how much, ${how}`, async () => {
      const { round, url } = await stage.newRound();
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      await parent.press('next');
      await parent.choose('q1-3', 'q2-1', 'q3-1');
      await parent.page.fill('#q1_text', 'å'.repeat(203));
      await parent.press('next');
      const first = 'Teksten i spørgsmål 1 er 3 tegn for lang. Der er plads til 200 tegn.';
      assert.equal(await parent.page.innerText('#problems a'), first);
      assert.equal(await parent.page.innerText('#q1_text-problem'), first);
      assert.equal((await parent.given()).q1_text.length, 203, 'nothing is cut');
      await parent.page.click('#problems a');
      assert.ok(await parent.has('#q1_text'));
      // Two code points for one letter, as some keyboards write it: one character.
      await parent.page.fill('#q1_text', 'a\u030a'.repeat(200));
      const answers = family([2], { q1: 3 });
      await parent.walk({ ...answers, q1: undefined }, '#q10');
      await parent.page.fill('#q10', `${'😀'.repeat(4001)}`);
      await parent.press('next');
      const limit = parent.page.locator('#q10');
      assert.match(await limit.getAttribute('aria-describedby'), /q10-limit q10-problem/);
      assert.equal(await limit.getAttribute('aria-invalid'), 'true');
      assert.equal(
        await parent.page.innerText('#problems a'),
        'Teksten i spørgsmål 10 er 1 tegn for lang. Der er plads til 4000 tegn.',
      );
      await parent.page.fill('#q10', '😀'.repeat(4000));
      await parent.press('next');
      await parent.press('send');
      await parent.thanked();
      const [row] = await stage.rows(round);
      assert.equal([...row.q10].length, 4000);
      assert.equal(row.q1_text, 'å'.repeat(200));
      await parent.leave();
    });

    test(`a change on the check page leads there and back, ${how}`, async () => {
      const { round, url } = await stage.newRound();
      const parent = await stage.parent({ javaScriptEnabled });
      const answers = family([1, 1]);
      await parent.open(url);
      await parent.walk(answers);
      await parent.press('change:q6_2');
      await parent.choose('q6_2-3');
      await parent.press('next');
      assert.equal((await parent.lines()).q6_2, 'hverken enig eller uenig');
      await parent.press('change:q7');
      await parent.choose('q7-4');
      await parent.press('back');
      assert.equal((await parent.lines()).q7, 'uenig', 'Tilbage keeps the change, too');
      // Another daycare: question 8 is asked of fewer children, the rest is as it was.
      await parent.press('change:q4_1');
      await parent.choose('q4_1-2');
      await parent.walk({});
      assert.equal((await parent.lines()).q8_1, undefined);
      await parent.press('send');
      await parent.thanked();
      const changed = { ...answers, q6_2: 3, q7: 4, q4_1: 2, q8_1: undefined };
      assert.deepEqual(columnsOf((await stage.rows(round))[0]), rowOf(changed));
      await parent.leave();
    });

    test(`fewer children after all take their answers along, ${how}`, async () => {
      const { round, url } = await stage.newRound();
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      await parent.walk(family([1, 1, 1]));
      await parent.press('change:q3');
      await parent.choose('q3-1');
      await parent.walk({});
      await parent.press('send');
      await parent.thanked();
      assert.deepEqual(columnsOf((await stage.rows(round))[0]), rowOf(family([1])));
      await parent.leave();
    });
  }

  test('words and a bar tell how far it is', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    const seen = [];
    await parent.walk(family([1]), '#q10', async () => {
      const bar = parent.page.locator('main progress');
      if (await bar.count())
        seen.push([await parent.heading(), await bar.evaluate((b) => [b.value, b.max])]);
    });
    assert.equal(seen.length, 8);
    const shares = seen.map(([, [value, max]]) => value / max);
    assert.deepEqual(shares, [...shares].sort(), 'it only grows');
    assert.ok(shares[0] < shares[1] && shares.at(-1) <= 1);
    for (const [heading, [value, max]] of seen) {
      assert.equal(max, 10, heading);
      assert.match(heading, new RegExp(`[ -]${value} af 10$`));
    }
    await parent.leave();
  });

  test('each step begins at the top with the focus on its heading', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    let steps = 0;
    await parent.walk(family([1, 1]), CHECK, async () => {
      if (steps++ === 0) return;
      assert.ok(await parent.has('h1'), await parent.heading());
      assert.equal(await parent.page.evaluate(() => scrollY), 0, await parent.heading());
      assert.equal(await parent.page.title(), await parent.heading());
    });
    await parent.press('back');
    await parent.page.waitForSelector('#q10');
    assert.ok(await parent.has('h1'));
    await parent.leave();
  });

  test('a screen reader hears every step of the scale by name', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(family([1]), '#q9');
    const heard = await parent.heard();
    for (let step = 1; step <= 10; step++) {
      const name = { 1: '1 - mindst positivt', 10: '10 - mest positivt' }[step] ?? String(step);
      assert.ok(heard.includes(`- radio "${name}"`), `${step} in ${heard}`);
    }
    assert.match(heard, /- group "9\. På en skala fra 1-10, hvor 10 er mest positivt/);
    assert.equal(await parent.sees('input:checked'), 0, 'nothing is preselected');
    await parent.leave();
  });
});

// An open round of a questionnaire in Ishøj and Vallensbæk.
async function roundOf(questionnaire, ...more) {
  const words = ['--questionnaire', questionnaire, '--municipality', '183,187', ...more];
  const { round, links } = await stage.hjemsvar.createRound(...words);
  const { code } = links[0];
  stage.server.keep(code);
  await stage.open(code);
  return { round, url: `${stage.server.respondents}/S/${code}` };
}

async function closeLongAgo(round) {
  await stage.hjemsvar.ok('round', 'close', round);
  const closed = `UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`;
  await stage.hjemsvar.sql(closed);
}

const report = async (round, ...words) =>
  JSON.parse(await stage.hjemsvar.ok('report', '--round', round, '--format', 'json', ...words));

const anonymised = (round) =>
  stage.hjemsvar.cli(
    ['answers', 'export', '--round', round, '--format', 'csv', '--profile', 'anonymised'],
  );

describe("Ishøj's questionnaire, one form for each child", { concurrency: 3 }, () => {
  for (const javaScriptEnabled of [true, false])
    test(`"ja" opens a field, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const { round, url } = await roundOf('ishoej', '--invite', 'on');
      const parent = await stage.parent({ javaScriptEnabled });
      await parent.open(url);
      await parent.press('next');
      const field = parent.page.locator('#wellbeing_text');
      assert.equal(await field.isVisible(), false);
      await parent.choose('wellbeing-1');
      assert.equal(await field.isVisible(), true);
      await field.fill('Han sover om natten');
      await parent.choose('wellbeing-2');
      assert.equal(await field.isVisible(), false);
      await parent.choose('wellbeing-1');
      assert.match(await parent.heard(), /textbox "Hvordan kan I mærke det\?": Han sover om natten/);
      await parent.walk({ before: 9, after: 4, worry: 2, worry_why_not: 'Det er for tidligt' });
      assert.match(await parent.read(), /Hvordan kan I mærke det\?\s+Han sover om natten/);
      await parent.press('send');
      await parent.thanked();
      assert.doesNotMatch(await parent.read(), /Er I to forældre/, 'a child has one form');
      const [row] = await stage.rows(round);
      assert.equal(row.wellbeing_text, 'Han sover om natten');
      assert.equal(row.worry_why_not, 'Det er for tidligt');
      assert.equal(row.inspired, '9', 'asked and not answered');
      await parent.leave();
    });

  test('a field that is hidden by another choice is not sent', async () => {
    const { round, url } = await roundOf('ishoej');
    const parent = await stage.parent();
    await parent.open(url);
    await parent.press('next');
    await parent.choose('wellbeing-1');
    await parent.page.locator('#wellbeing_text').fill('Fortrudt');
    await parent.choose('wellbeing-2');
    await parent.walk({ comment: 'Tak' });
    await parent.press('send');
    await parent.thanked();
    const [row] = await stage.rows(round);
    assert.equal(row.wellbeing, '2');
    assert.equal(row.wellbeing_text, '');
    await parent.leave();
  });

  test('nine forms give the tables that Ishøj published', async () => {
    const { round } = await roundOf('ishoej');
    const scales = [[3, 5], [4, 6], [7, 3], [7, 2], [8, 4], [8, 5], [8, 1], [9, 4], [10, 6]];
    const rows = scales.map(([before, after], i) => ({
      municipality_code: i < 5 ? 183 : 187,
      wellbeing: i < 8 ? 1 : 9,
      wellbeing_text: i === 0 ? 'Gladere' : '',
      before,
      after,
    }));
    assert.equal((await importRows(stage.hjemsvar, round, rows)).stored, 9);
    const { figures, changes } = await report(round);
    assert.deepEqual(figures.wellbeing.counts, { 1: 8, 2: 0, none: 1 });
    assert.deepEqual(figures.before.bands, { '1-2': 0, '3-4': 2, '5-6': 0, '7-8': 5, '9-10': 2, none: 0 });
    assert.deepEqual(changes.after.counts, { less: 7, same: 0, more: 2 });
    await closeLongAgo(round);
    const published = await report(round, '--profile', 'published');
    assert.equal(published.figures.wellbeing.counts, null);
    assert.equal(published.changes.after.counts, null);
    assert.equal(published.figures.before.mean, 7.1);
    const again = await report(round, '--profile', 'published', '--release', published.release.number ?? 1);
    assert.deepEqual(again.changes, published.changes);
    const refused = await anonymised(round);
    assert.equal(refused.code, 65, 'five alike in each place are not there');
    assert.match(refused.stderr, /k = 5 cannot be reached/);
  });
});

describe('a questionnaire of one’s own, without children, scales and relations', () => {
  const yesNo = [{ code: 1, text: { ours: 'ja' } }, { code: 2, text: { ours: 'nej' } }];
  const VISIT = {
    id: 'visit',
    version: 1,
    language: 'da',
    title: { ours: 'Om besøget' },
    identifying: [],
    choices: { yes_no: yesNo },
    sections: [
      {
        id: 'visit',
        questions: [
          { id: 'useful', kind: 'choice', text: { ours: 'Var det nyttigt?' }, choices: 'yes_no' },
          { id: 'nice', kind: 'choice', text: { ours: 'Var det rart?' }, choices: 'yes_no' },
          { id: 'more', kind: 'text', text: { ours: 'Mere?' }, max: 500, compare: { as: 'words' } },
        ],
      },
    ],
  };

  test('goes through import, repeats, report, exports and anonymised rows', async () => {
    const { hjemsvar } = stage;
    await hjemsvar.ok('questionnaire', 'add', await hjemsvar.file('visit.json', JSON.stringify(VISIT)));
    const { round } = await roundOf('visit');
    const comment = 'Vi fik meget ud af samtalerne om søvn, og det var rart at blive hørt';
    const rows = Array.from({ length: 40 }, (_, i) => ({
      municipality_code: i < 25 ? 183 : 187,
      useful: i % 5 === 0 ? 2 : 1,
      nice: i % 4 === 0 ? 2 : 1,
      more: i < 2 ? comment : '',
    }));
    await importRows(hjemsvar, round, rows);
    const { pairs } = await hjemsvar.json('duplicates', 'list', '--round', round);
    assert.ok(pairs.some(({ reasons }) => reasons.length > 0), 'two comments are the same');
    await closeLongAgo(round);
    const page = await hjemsvar.ok('report', '--round', round, '--format', 'html', '--profile', 'internal');
    assert.match(page, /1\. Var det nyttigt\?/);
    assert.doesNotMatch(page, /barn|børn|forløb afsluttet|Skala|relation|Vendt/);
    const published = await report(round, '--profile', 'published');
    assert.deepEqual(published.figures.useful.counts, { 1: 32, 2: 8 });
    for (const format of ['sav', 'dta', 'xlsx', 'zip']) {
      await exportText(hjemsvar, round, '--format', format, '--out', `${hjemsvar.folder}/visit.${format}`);
    }
    const given = await anonymised(round);
    assert.equal(given.code, 0, given.stderr);
    assert.equal(given.stdout.trim().split('\n').length, 41);
  });
});
