import { code, day, jiraIssue, list, macro, page, panel, status, table, tasks, user } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const decided = (id: string, text: string) =>
  `<ac:adf-extension><ac:adf-node type="decision-list"><ac:adf-attribute key="local-id">${id}</ac:adf-attribute><ac:adf-node type="decision-item"><ac:adf-attribute key="local-id">${id}-1</ac:adf-attribute><ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>${text}</ac:adf-content></ac:adf-node></ac:adf-node><ac:adf-fallback><ul class="decision-list"><li>${text}</li></ul></ac:adf-fallback></ac:adf-extension>`

export const decisions: SamplePage = {
  title: 'Decision log',
  labels: ['decision', 'policy'],
  author: people.lead,
  storage: `<p>Newest first. A decision is never deleted; a later one may replace it.</p>
<h3>${macro('anchor', { '': 'D-19' })}D-19 Phone tree after fifteen minutes at night</h3>
${decided('d19', 'Between 22:00 and 06:00 local time we begin to call customers after fifteen minutes instead of twenty')}
<p>${day('2026-03-30')}. Reason: fewer people pass a refrigerator at night. Cost: about two needless rounds of calls a year. Concerns ${page('Runbook: alerts are delayed (Sev 1)')}.</p>
<h3>${macro('anchor', { '': 'D-18' })}D-18 Agents may refund up to €150</h3>
${decided('d18', 'The limit for a refund by one agent goes from €100 to €150')}
<p>${day('2026-01-08')}. In 2025 the billing desk agreed to 212 of 214 requests between these two amounts; asking took a day each time.</p>
<h3>${macro('anchor', { '': 'D-17' })}D-17 Every ticket leaves a trace in the handbook</h3>
${decided('d17', 'Who closes a ticket of a new kind adds or changes a sentence in the handbook the same day')}
<p>${day('2025-11-17')}. Measured by the line &ldquo;lasting&rdquo; in the ${page('Quality review rubric')}.</p>
<h3>D-16 No chat robot on the emergency line</h3>
<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">custom</ac:adf-attribute><ac:adf-attribute key="panel-icon">:telephone_receiver:</ac:adf-attribute><ac:adf-attribute key="panel-color">#EAE6FF</ac:adf-attribute><ac:adf-content><p>The emergency line is answered by a person, always.</p></ac:adf-content></ac:adf-node><ac:adf-fallback><div class="panel" style="background-color: #EAE6FF;"><div class="panelContent"><p>The emergency line is answered by a person, always.</p></div></div></ac:adf-fallback></ac:adf-extension>
<p>${day('2025-09-02')}. ${status('Green', 'in force')}</p>
<h3>D-15 Chat in four languages</h3>
<p>${status('Grey', 'replaced')} by D-20, planned. Numbers of the trial are in <ac:link ac:card-appearance="inline"><ri:page ri:content-title="Support metrics" /><ac:link-body>Support metrics</ac:link-body></ac:link>.</p>
<h3>D-14 Remote sessions only with the customer on the phone</h3>
<p>${day('2025-06-23')}. An agent had mended a setting while the customer was at lunch; the auditor found a change that nobody had asked for. ${status('Green', 'in force')}</p>
<h3>D-13 Tickets are closed by customers</h3>
<p>${day('2025-05-05')}. We ask &ldquo;May I close this?&rdquo; and wait for three working days. Reopened tickets fell from 12&nbsp;% to 8&nbsp;%. ${status('Green', 'in force')}</p>
<h3>D-12 No scripts for calls</h3>
<p>${day('2025-02-10')}. Beginners asked for them, customers noticed them. Check lists instead: what must be known, not what must be said. ${status('Green', 'in force')}</p>`,
}

export const metrics: SamplePage = {
  title: 'Support metrics',
  labels: ['metrics', 'quality'],
  author: people.lead,
  storage: `<p>Five numbers, read aloud on the first Monday of the month. A number that has not changed anybody&rsquo;s mind for a year is dropped.</p>
${table(
  ['', 'Goal', 'January', 'February', 'March'],
  [
    ['First answer, chat', '&lt; 2&nbsp;min', '1:41', '1:52', status('Yellow', '2:20')],
    ['First answer, e-mail', '&lt; 4&nbsp;h', '3:05', '2:50', status('Green', '2:31')],
    ['Solved at first contact', '&gt; 60&nbsp;%', '57&nbsp;%', '61&nbsp;%', status('Green', '63&nbsp;%')],
    ['Emergency line, seconds to a voice', '&lt; 20', '11', '12', status('Green', '9')],
    ['Asked again within 14 days', '&lt; 8&nbsp;%', '9.4&nbsp;%', '8.8&nbsp;%', status('Red', '10.1&nbsp;%')],
  ],
)}
<p>March: chat was slow in the week of the battery mix-up, 214 chats with the same question. The page ${page('Batteries: life, types and replacement', { space: 'SUP' })} now begins with it.</p>
<h2>Tickets by kind, March</h2>
${macro('chart', { type: 'bar', title: 'Tickets by kind', orientation: 'horizontal' }, { rich: '<table><tbody><tr><th><p>Kind</p></th><th><p>Tickets</p></th></tr><tr><td><p>Battery</p></td><td><p>388</p></td></tr><tr><td><p>Station offline</p></td><td><p>341</p></td></tr><tr><td><p>Alerts</p></td><td><p>207</p></td></tr><tr><td><p>Billing</p></td><td><p>190</p></td></tr><tr><td><p>API</p></td><td><p>64</p></td></tr></tbody></table>' })}
<h2>How they are made</h2>
${code(
  'sql',
  `select date_trunc('month', opened_at) as month,
       percentile_cont(0.5) within group (order by first_answer_at - opened_at) as median
from ticket
where channel = 'chat' and not automatic
group by 1
order by 1 desc;`,
  { title: 'First answer', collapse: 'true' },
)}
<p>Live board: <a href="https://boards.sorrelby.example/support" data-card-appearance="embed" data-layout="wide" data-width="100.00">https://boards.sorrelby.example/support</a></p>
${macro('iframe', { src: '<ri:url ri:value="https://boards.sorrelby.example/embed/support" />', width: '100%', height: '320', frameborder: 'hide' })}`,
  attachments: [
    {
      name: 'metrics-2026-q1.csv',
      mediaType: 'text/csv',
      content:
        'month,chat_seconds,email_minutes,first_contact,again\n2026-01,101,185,0.57,0.094\n2026-02,112,170,0.61,0.088\n2026-03,140,151,0.63,0.101\n',
    },
  ],
}

export const cover: SamplePage = {
  title: 'Holiday cover 2026',
  labels: ['planning', 'on-call'],
  author: people.lead,
  storage: `<p>At least three first-line agents and one of second line on each working day; two on public holidays. Enter wishes until ${day('2026-02-28')}, first come is <em>not</em> first served: families with school children go first in August, everybody else in December.</p>
${table(
  ['Week', 'First line', 'Second line', 'State'],
  [
    ['28 (6 July)', '5', '2', status('Green', 'fine')],
    ['31 (27 July)', '3', '1', status('Yellow', 'tight')],
    ['32 (3 August)', '2', '1', status('Red', 'one missing')],
    ['33 (10 August)', '3', '2', status('Green', 'fine')],
    ['52 (21 December)', '4', '1', status('Green', 'fine')],
  ],
)}
${tasks(
  [
    { body: `Find one more for week 32 ${user(people.lead)} ${day('2026-05-15')}` },
    { body: 'Temporary staff trained by the heat season', done: false },
    { body: 'Emergency line tested with the holiday announcement', done: true },
  ],
  401,
)}
${panel('info', '<p>Heat waves double the tickets. Weeks 29 to 33 count one and a half.</p>')}
${list(['Swaps among yourselves are fine; write them here.', `Open point: ${jiraIssue('OPS-244')}`])}`,
}
