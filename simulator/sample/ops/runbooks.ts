import {
  code,
  day,
  expand,
  jiraIssue,
  list,
  macro,
  marked,
  page,
  panel,
  status,
  steps,
  table,
  tasks,
  toc,
  user,
} from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const alertsDelayed: SamplePage = {
  title: 'Runbook: alerts are delayed (Sev 1)',
  labels: ['runbook', 'sev-1', 'alerts', 'on-call'],
  author: people.oncall,
  storage: `${macro('details', { id: 'runbook' }, { rich: '<table><tbody><tr><th><p>Severity</p></th><td><p>1</p></td></tr><tr><th><p>Owner</p></th><td><p>On-call engineer</p></td></tr><tr><th><p>Last drill</p></th><td><p><time datetime="2026-03-03" /></p></td></tr></tbody></table>' })}
${panel('warning', '<p>Goods and people depend on alerts. <strong>Tell customers first, find the cause second.</strong> A false alarm about our alarms costs us a blush; silence costs them a freezer.</p>', 'Sev 1')}
${toc(2)}
<h2>When to open it</h2>
${list(['Queue age above 60&nbsp;seconds for two minutes (page <em>alert-queue-age</em>)', 'Two customers within an hour say that an alert did not arrive', 'The canary site&rsquo;s alert has not come back within 90&nbsp;seconds, three times in a row'])}
<h2>First five minutes</h2>
${tasks(
  [
    {
      body: `Open the incident: <code>/incident sev1 alerts delayed</code>. ${user(people.oncall)} leads until relieved`,
    },
    { body: 'Status page: template <em>Alerts delayed</em>, publish without waiting for approval' },
    { body: 'Emergency line: switch the announcement on (keypad 7, 1)' },
    { body: `Call the second on-call; at night also ${user(people.lead)}` },
  ],
  101,
)}
<h2>Which part is slow?</h2>
${code(
  'bash',
  `# age of the oldest message per channel, in seconds
opsctl queue age --channel all
# app     1.2
# email   0.8
# sms   412.0   <- this one
# voice   2.1
opsctl queue errors --channel sms --since 30m | sort | uniq -c | sort -rn | head`,
  { title: 'From the jump host' },
)}
${table(
  ['What you see', 'Do', 'Time to effect'],
  [
    [
      'One channel old, errors from the provider',
      'Switch the provider: <code>opsctl route sms --to secondary</code>',
      '1&nbsp;minute',
    ],
    ['All channels old, workers busy', '<code>opsctl scale alert-workers 24</code>', '3&nbsp;minutes'],
    ['All channels old, workers idle', 'Database: look for a long lock, see below', '5&nbsp;minutes'],
    [
      'Queue young, yet nothing arrives',
      'Evaluation stopped: <code>opsctl evaluate restart --region eu</code>',
      '2&nbsp;minutes',
    ],
  ],
)}
${expand(
  'Long lock in the database',
  `${code(
    'sql',
    `select pid, now() - xact_start as age, state, left(query, 80)
from pg_stat_activity
where state <> 'idle' and now() - xact_start > interval '30 seconds'
order by age desc;`,
  )}<p>A report is always the culprit you may end: <code>select pg_cancel_backend(pid)</code>. Never end <code>evaluate</code> or <code>ingest</code>.</p>`,
)}
<h2>When all else fails: the phone tree</h2>
<p>If alerts cannot be sent within ${marked('twenty minutes')}, we call. The list of sites with open excursions, sorted by goods class, comes from <code>opsctl excursions --open --phone</code>. Every agent takes ten sites. Text: &ldquo;Sorrelby support. Your sensor … shows … degrees since …. Our automatic alerts are late tonight, so I am calling myself.&rdquo;</p>
<h2>Afterwards</h2>
${list([`Post-mortem within five working days, from ${page('Template: post-mortem')}`, `Refund for late alerts, without being asked: ${page('Refunds and cancellations', { space: 'SUP' })}`, `Known improvement: ${jiraIssue('OPS-231')}`])}
<p>Last real case: <ac:link><ri:blog-post ri:content-title="Post-mortem: alert e-mails delayed for 94 minutes" ri:posting-day="2025/12/09" /></ac:link></p>`,
  comments: [
    {
      kind: 'inline',
      selection: 'twenty minutes',
      author: people.lead,
      storage: '<p>Should this be ten at night? Fewer people walk past a fridge.</p>',
      replies: [
        {
          author: people.oncall,
          storage:
            '<p>We tried in the drill: ten minutes is not enough to know whether the switch of provider worked. I suggest fifteen at night.</p>',
        },
        { author: people.lead, storage: '<p>Fine. Decision goes into the log, then I change the sentence.</p>' },
      ],
    },
    {
      kind: 'footer',
      author: people.onboarding,
      storage: '<p>New agents ask where keypad 7 is. It is the <em>black</em> phone at desk 3. 📞</p>',
    },
  ],
}

const lteOutage: SamplePage = {
  title: 'Runbook: mobile network outage (Sev 2)',
  labels: ['runbook', 'sev-2', 'lte', 'on-call'],
  author: people.oncall,
  storage: `${macro('details', { id: 'runbook' }, { rich: '<table><tbody><tr><th><p>Severity</p></th><td><p>2</p></td></tr><tr><th><p>Owner</p></th><td><p>On-call engineer</p></td></tr><tr><th><p>Last drill</p></th><td><p><time datetime="2026-01-21" /> (real)</p></td></tr></tbody></table>' })}
<p>More than 5&nbsp;% of the Stations of type S2L in one country go silent within ten minutes. Nothing is lost, but alerts are blind.</p>
<h2>Is it ours?</h2>
${code('bash', 'opsctl stations silent --model s2l --by country,operator --since 15m\n# ES  op-3  412 of 431\n# PT  op-3   88 of  90\n# ES  op-1    2 of 377')}
<p>One operator, all its Stations: the operator. All operators of one country: our tunnel. All countries: our gateway, and then it is Sev 1.</p>
<h2>Steps</h2>
${steps([
  'Status page: template <em>Mobile Stations offline</em>, name the country, not the operator.',
  'Operator&rsquo;s fault desk: numbers in the vault, item <em>LTE operators</em>. Ask for a ticket number and the next time of news.',
  'Steering: <code>opsctl sim steer --country ES --away-from op-3</code>. Stations try again after 30 minutes; do not force it sooner, registration storms made the outage of January worse.',
  'E-mail to owners with open excursions at the last reading.',
  'Back above 95&nbsp;% for an hour: close, and remove the steering the next day.',
])}
${panel('note', `<p>Customers read ${page('Station offline on LTE only', { space: 'SUP' })} meanwhile. Do not let them restart the Stations.</p>`)}
<h2>Do not</h2>
${list(['restart Stations from afar, not even one &ldquo;to try&rdquo;', 'name the operator in public', 'promise a time; say when the next news comes', 'close before the steering is taken back: two operators at once cost double'])}
<h2>Numbers to write down while it lasts</h2>
<p>Stations silent (every 15&nbsp;minutes), sites without any other Station, open excursions at the last reading, tickets. The post-mortem needs all four, and afterwards nobody can find them.</p>`,
}

const bigRefund: SamplePage = {
  title: 'Runbook: refund above the limit',
  labels: ['runbook', 'refunds', 'billing'],
  author: people.billing,
  storage: `<p>For amounts above €1,000. Two signatures, three working days, one letter. The policy for smaller ones is in ${page('Refunds and cancellations', { space: 'SUP' })}.</p>
${steps([
  'Agent: collect the facts in the ticket. What was promised, by whom, when; what went wrong; what the customer asks for.',
  'Billing desk: check invoices, open chargebacks, and whether the same case was refunded before.',
  'Proposal in one sentence: &ldquo;Refund €1,430.00, four months for 55 sensors, reason OUTAGE, incident 2025-31.&rdquo;',
  'First signature: support lead. Second: finance. Both in the ticket, not by chat.',
  'Billing desk books and writes the letter the same day.',
])}
<h2>Common traps</h2>
${list(['Currency: refund in the currency of the invoice, at the rate of the invoice.', 'Cards older than 180 days: the bank returns the money to us after a week. Ask for an account first.', 'Public bodies: the treasurer&rsquo;s account is not the one that ordered.', 'Tax: a refund of a past year needs a credit note with the rate of that year.'])}
${table(
  ['2025', 'Cases', 'Median days', 'Sum'],
  [
    ['Outage', '14', '2', '€31,900'],
    ['Wrong order', '9', '3', '€22,450'],
    ['Goodwill', '3', '5', '€4,100'],
  ],
)}
<p>Worth knowing: in 2025 nobody asked for more after getting a quick and complete answer. The three long disputes all began with a week of silence from us.</p>`,
}

const securityReport: SamplePage = {
  title: 'Runbook: security report from a customer',
  labels: ['runbook', 'security', 'on-call'],
  author: people.compliance,
  storage: `${panel('warning', '<p>Do not try it out yourself. Do not forward attachments. Do not say &ldquo;that is impossible&rdquo;.</p>')}
<h2>Within the first hour</h2>
${steps([
  'Thank the person. Say that a specialist will answer within one working day.',
  'Move the ticket to the queue <em>Security</em>: its text becomes invisible to other teams.',
  'Page the on-call engineer if any of these is true: readings of somebody else are visible; a key or password is in the report; a Station shows E110.',
])}
<h2>Triage</h2>
${table(
  ['Class', 'Example', 'First answer', 'Mended within'],
  [
    [status('Red', 'critical'), 'Readings across accounts', '4 hours', '24 hours'],
    [status('Yellow', 'high'), 'Role Installer can read the audit trail', '1 day', '7 days'],
    [status('Blue', 'medium'), 'Session lives on after sign-out for a minute', '1 day', '30 days'],
    [status('Grey', 'low'), 'Missing header on the marketing site', '3 days', 'next release'],
  ],
)}
<h2>Telling others</h2>
<p>Personal data concerned? The clock of 72&nbsp;hours started when the <strong>first agent</strong> read the report, not when we understood it. Call the compliance officer at once, at night too.</p>
${expand('Text for the first answer', '<p>Thank you for taking the time to tell us. We have handed your report to our security team under number … . You will hear from a person by …. Please keep the details between us until then; if you plan to publish, tell us when, and we will work towards that day.</p>')}
<p>Public side of this page: ${page('Security and privacy FAQ', { space: 'SUP' })}.</p>`,
}

const rmaFast: SamplePage = {
  title: 'Runbook: RMA fast lane',
  labels: ['runbook', 'returns', 'warranty'],
  author: people.hardware,
  storage: `<p>For hospitals, blood banks and vaccination points on Ward or Campus: replacement at the door within 24&nbsp;hours inside the EU, 48 elsewhere.</p>
${steps([
  'Ticket has the label <code>fast-lane</code> and the goods class (A blood and tissue, B vaccines, C other).',
  `Before 16:00 CET: call the warehouse, extension 31. After: courier, up to €180 without asking (${marked('class A only')}).`,
  'Send a calibrated swap sensor, never an uncalibrated one, even if it is nearer.',
  'Offer to stay on the phone while the customer swaps. It takes six minutes and prevents the second call.',
])}
<p>Stock kept for it, counted every Monday:</p>
${table(
  ['Part', 'NL', 'Ohio', 'Osaka'],
  [
    ['Station S2', '12', '6', '4'],
    ['Station S2L', '6', '3', '3'],
    ['Pip X + PT-10', '20', '10', '8'],
    ['Pip X + PT-20', '10', '5', '4'],
    ['Pip C', '6', '4', '2'],
  ],
)}
<p>Next count ${day('2026-04-13')}. Rules for everybody else: ${page('Warranty and returns (RMA)', { space: 'SUP' })}.</p>`,
  comments: [
    {
      kind: 'inline',
      selection: 'class A only',
      author: people.billing,
      storage: '<p>Class B as well during a vaccination campaign, agreed with finance until the end of May.</p>',
    },
  ],
}

export const runbooks: SamplePage = {
  title: 'Escalation runbooks',
  labels: ['runbook'],
  author: people.oncall,
  storage: `<p>A runbook is read at three in the morning by somebody who is frightened. Short sentences; commands that can be copied; no history.</p>
${table(
  ['Severity', 'Means', 'Who', 'First word to customers'],
  [
    [status('Red', 'Sev 1'), 'Alerts do not go out', 'on-call, at once, day and night', '10 minutes'],
    [status('Yellow', 'Sev 2'), 'Data late for many', 'on-call, within 30 minutes', '30 minutes'],
    [status('Blue', 'Sev 3'), 'One customer, no goods at risk', 'second line, working hours', '4 hours'],
    [status('Grey', 'Sev 4'), 'Question, wish', 'first line', 'next day'],
  ],
)}
${macro('detailssummary', { label: 'runbook', id: 'runbook', headings: 'Severity,Owner,Last drill', sortBy: 'Severity' })}
${macro('children', { sort: 'title' })}`,
  children: [alertsDelayed, lteOutage, bigRefund, securityReport, rmaFast],
}
