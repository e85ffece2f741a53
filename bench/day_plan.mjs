// Who comes when in the day of bench/day.mjs, and what they do: all of it drawn from the seed.
import { random } from '../tests/e2e/lib/families.mjs';

// Of a thousand who open the page between hour and hour + 1: a quiet night, something at breakfast,
// most when the children sleep.
const HOURS = [8, 4, 2, 2, 4, 15, 35, 50, 45, 42, 44, 46, 50, 46, 44, 46, 52, 60, 70, 90, 98, 85, 40, 22];
const LANGUAGES = ['da', 'da', 'da', 'da', 'da', 'da', 'da', 'da', 'en', 'ar', 'uk'];
// Of a thousand: the rest sends with the page's script.
const PLAIN = 50; // without JavaScript: a form a page
const LEAVES = 60; // opens the page and closes it
const DRIPS = 30; // sends with the script, over a network that takes seconds for it
const UNSURE = 20; // hangs up before the reply has come, and sends again
const SWITCHES = 40; // reads the page in another language first
const BACK = 300; // of a thousand without JavaScript: one page back, and on again
const BITS = 1 << 20;

// A family's complete answers, nothing about which the pages would ask back.
function answers(draw, words) {
  const children = 1 + draw(3);
  const fields = { q1: 1 + draw(2), q2: 1 + draw(2), q3: children };
  for (let child = 1; child <= children; child++) {
    fields[`q4_${child}`] = 1 + draw(2);
    fields[`q5_${child}`] = 1 + draw(3);
    fields[`q6_${child}`] = 1 + draw(3);
    if (fields[`q4_${child}`] === 1) fields[`q8_${child}`] = 1 + draw(3);
  }
  return { ...fields, q7: 1 + draw(3), q9: 6 + draw(5), q10: words };
}

function kindOf(draw) {
  let left = draw(1000);
  for (const [kind, share] of Object.entries({ plain: PLAIN, leaves: LEAVES, drips: DRIPS, unsure: UNSURE, switches: SWITCHES })) {
    if (left < share) return kind;
    left -= share;
  }
  return 'script';
}

// A time of the day, in its share of ms.
function arrival(draw, ms) {
  const whole = HOURS.reduce((sum, share) => sum + share);
  let left = draw(whole);
  let hour = 0;
  while (left >= HOURS[hour]) left -= HOURS[hour++];
  return ((hour + draw(BITS) / BITS) / HOURS.length) * ms;
}

// [{at, i, path, language, kind, thinks, drip, back, answers, seconds}], by `at`, milliseconds from
// the beginning. thinks are the pauses before each further step.
export function plan({ seed, parents, ms, paths }) {
  const draw = random(seed);
  const between = (from, to) => from + ((to - from) * draw(BITS)) / BITS;
  const people = [];
  for (let i = 0; i < parents; i++) {
    const kind = kindOf(draw);
    people.push({
      i,
      kind,
      at: arrival(draw, ms),
      // some municipalities are ten times as large as others
      path: paths[Math.min(draw(paths.length), draw(paths.length))],
      language: LANGUAGES[draw(LANGUAGES.length)],
      think: between(1000, 9000),
      turn: between(300, 1200), // a page, without JavaScript
      drip: between(1500, 6000),
      back: draw(1000) < BACK,
      answers: answers(draw, `Svar nummer ${i}: vi har været glade for ordningen.`),
      seconds: 100 + draw(200),
      from: `127.0.${2 + draw(4)}.${1 + draw(250)}`,
    });
  }
  return people.sort((one, other) => one.at - other.at);
}
