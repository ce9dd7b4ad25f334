import { day, expand, include, list, macro, page, panel, status, steps, table, tasks, user } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const weekOne: SamplePage = {
  title: 'Week one: listen',
  labels: ['onboarding', 'training'],
  author: people.onboarding,
  storage: `<p>You answer nobody this week. You listen, set up a kit at your desk, break it, and mend it.</p>
${tasks(
  [
    { body: 'Laptop, headset, two security keys; the second one stays at home', done: true },
    { body: `Kit SK-2 set up with the customer&rsquo;s pages only: ${page('Getting started', { space: 'SUP' })}` },
    {
      body: `Pull the network cable, read ${page('Station is offline', { space: 'SUP' })}, write down what was unclear`,
    },
    { body: 'Listen to ten calls; for each: what did the customer say first, what was it in the end?' },
    { body: `Tea with ${user(people.hardware)}: hold every probe in your hand` },
    { body: `Quiz, 20 questions, open book, by ${day('2026-04-24')}` },
  ],
  201,
)}
<h2>Things you are allowed to say</h2>
${list(['&ldquo;I do not know yet. I will find out and call you by four.&rdquo;', '&ldquo;Please move the goods first.&rdquo;', '&ldquo;You did nothing wrong.&rdquo; (nearly always true)'])}
${panel('tip', '<p>Your notes of what was unclear are the most valuable thing you will write this year. After a month you cannot see it any more. Put them as comments on the pages. <ac:emoticon ac:name="blue-star" ac:emoji-shortname=":star2:" ac:emoji-id="1f31f" ac:emoji-fallback="🌟" /></p>')}
<h2>Break it on purpose</h2>
${steps(['Fit an ordinary AA cell. What does a customer see? (Nothing. Remember that.)', 'Put the sensor into a biscuit tin. How many bars are left?', 'Give the Station a wrong Wi-Fi password and find your way back without help.', 'Set an alert with delay zero and live with it for a day.', 'Let an alert go unanswered until the voice call. Where were you when it rang?'])}
<p>Write one paragraph for each. You will read them aloud on Friday; they are the funniest part of the week.</p>`,
}

const weekTwo: SamplePage = {
  title: 'Week two: answer',
  labels: ['onboarding', 'training'],
  author: people.onboarding,
  storage: `<p>You take chats, with a colleague beside you; from Wednesday e-mail on your own; from Friday the phone if you want to.</p>
${table(
  ['Day', 'Morning', 'Afternoon'],
  [
    ['Monday', 'Chats, at most one at a time', 'Radio: build a cold room from the steel panels in the cellar'],
    ['Tuesday', 'Chats, two at a time', 'Billing desk: five refunds together'],
    ['Wednesday', 'E-mail alone', 'Alerts: rota, trail, test call'],
    ['Thursday', 'E-mail alone', 'API: the quick start, whatever your background'],
    ['Friday', 'Phone, if you like', `Review with ${user(people.onboarding)}, using the rubric`],
  ],
)}
<h2>When to hand over</h2>
${steps(['Goods at risk and you have no answer in five minutes.', 'The word &ldquo;lawyer&rdquo;, &ldquo;press&rdquo; or &ldquo;authority&rdquo;.', 'You are tired. Say so; it counts as a reason.'])}
<p>Rubric: ${page('Quality review rubric')}. Escalation: ${page('Escalation runbooks')}.</p>
<h2>Four sentences that begin well</h2>
${list(['&ldquo;Let us look at it together.&rdquo;', '&ldquo;What do you see on the front right now?&rdquo;', '&ldquo;Since when, and what changed then?&rdquo;', '&ldquo;Is anything in there that must stay cold?&rdquo;'])}
<h2>After each conversation</h2>
<p>Three lines in the ticket: what it looked like, what it was, what would have prevented it. The third line is for the handbook; if it is empty ten times in a row, look again.</p>`,
}

export const onboarding: SamplePage = {
  title: 'New support agents: the first two weeks',
  labels: ['onboarding', 'training'],
  author: people.onboarding,
  storage: `<p>Welcome! 👋 Two weeks, two pages, one rule: <strong>ask on the day, not on the next</strong>.</p>
${macro('children', { all: 'true' })}
<h2>People you will need</h2>
${list([`Everything about devices: ${user(people.hardware)}`, `Money: ${user(people.billing)}`, `At night: ${user(people.oncall)}`, `Other languages: ${user(people.translation)}`])}
<h2>Access on day one</h2>
${table(
  ['System', 'How', 'State'],
  [
    ['Tickets', 'by itself with your account', status('Green', 'ready')],
    ['Console, role Support', 'ask the lead; training account only', status('Green', 'ready')],
    ['Billing', 'from week two', status('Yellow', 'later')],
    ['Jump host', 'not for first line', status('Grey', 'no')],
  ],
)}
${expand('What the first month looks like in numbers', '<p>Median of the last six beginners: 11 chats on the first day of chats, 38 in the last week of the month; quality score 3.4, then 4.2; two hand-overs a day, then one every second day. Nobody was slower than the median in everything.</p>')}
<h2>What we look for after three months</h2>
<p>Not speed. You find the page before you ask; you ask before you guess; you write down what was missing. Two of three of our second-line colleagues began here, one of them as a florist who knew more about cold rooms than all of us.</p>`,
  children: [weekOne, weekTwo],
}

export const rota: SamplePage = {
  title: 'On-call rota and hand-over',
  labels: ['on-call', 'policy'],
  author: people.oncall,
  storage: `<p>One week, Monday 09:00 to Monday 09:00 CET, a first and a second. Nobody two weeks in a row, nobody alone, nobody within 48&nbsp;hours after a flight across more than three time zones.</p>
<h2>Hand-over on Monday, 15 minutes</h2>
${steps(['Open incidents and what we wait for.', 'What was noisy? Each page that needed nobody gets a ticket: mend it or mute it.', 'Changes planned this week.', 'Test page to the new phone. It must ring aloud.'])}
<h2>Pay and rest</h2>
${list(['€320 a week for the first, €160 for the second.', 'Each page at night: an hour, at double rate, even if it took five minutes.', 'Woken between 00:00 and 05:00: start later by as many hours as you were up, and no calls before noon.'])}
${table(
  ['Week of', 'First', 'Second'],
  [
    [day('2026-04-06'), user(people.oncall), user(people.developer)],
    [day('2026-04-13'), user(people.developer), user(people.hardware)],
    [day('2026-04-20'), user(people.hardware), user(people.oncall)],
  ],
)}
<p>${include('excerpt-include', 'Authentication', 'DEV')}</p>
<p>The last line is there because pages about revoked keys are the most frequent false alarm.</p>
<h2>What may wake you</h2>
${table(
  ['Page', 'Threshold', 'Woke somebody in 2025'],
  [
    ['alert-queue-age', '60&nbsp;seconds for 2 minutes', '9 times'],
    ['canary-site', 'three misses', '4 times'],
    ['ingest-errors', 'above 1&nbsp;% for 5 minutes', '6 times'],
    ['station-silence-by-operator', 'above 5&nbsp;% in 10 minutes', '2 times'],
    ['certificate-expiry', 'under 21 days, by day only', 'never'],
  ],
)}
<p>Everything else waits until nine. A page that woke somebody needlessly twice is muted by the hand-over meeting, and a ticket says why.</p>`,
  attachments: [
    {
      name: 'rota-2026-q2.csv',
      mediaType: 'text/csv',
      content:
        'week,first,second\n2026-04-06,On-call engineer,Developer relations\n2026-04-13,Developer relations,Hardware specialist\n2026-04-20,Hardware specialist,On-call engineer\n',
    },
    {
      name: 'hand-over.md',
      mediaType: 'text/markdown',
      content: '# Hand-over\n\n- open incidents:\n- noisy pages:\n- changes this week:\n- test page rang: yes / no\n',
    },
  ],
}

export const rubric: SamplePage = {
  title: 'Quality review rubric',
  labels: ['training', 'quality'],
  author: people.lead,
  storage: `<p>Four tickets per agent and month, chosen by chance, read by a colleague. The score helps to learn; it is not part of anybody&rsquo;s pay.</p>
<table><colgroup><col /><col /><col /><col /></colgroup><tbody><tr><th><p>&nbsp;</p></th><th><p>1</p></th><th><p>3</p></th><th><p>5</p></th></tr>
<tr><th><p>Right</p></th><td><p>Answer is wrong</p></td><td><p>Right, a step is missing</p></td><td><p>Right and complete, with the page&rsquo;s link</p></td></tr>
<tr><th><p>Kind</p></th><td><p>Blames</p></td><td><p>Correct</p></td><td><p>The customer feels in good hands</p></td></tr>
<tr><th><p>Quick</p></th><td><p>Needed three reminders</p></td><td><p>Within the promise</p></td><td><p>Told what comes next, and when</p></td></tr>
<tr><th><p>Lasting</p></th><td><p>Same question came again</p></td><td><p>Solved</p></td><td><p>Solved, and the handbook is better</p></td></tr></tbody></table>
<h2>How to give it</h2>
${list(['Within a week, in person, ten minutes.', 'One thing to keep, one thing to try. Not five.', '<em>Quote the sentence</em>; do not describe it.'])}
<p>Average of last quarter: right 4.4, kind 4.6, quick 3.9, lasting 3.1. The last one is what we work on: ${page('Decision log', { anchor: 'D-17', text: 'decision D-17' })}.</p>`,
}
