import { code, list, page, panel, table, tasks, user } from '../macros.ts'
import { people } from '../people.ts'
import type { SampleBlogPost } from '../types.ts'

export const operationsBlog: SampleBlogPost[] = [
  {
    title: 'Post-mortem: alert e-mails delayed for 94 minutes',
    labels: ['post-mortem', 'incident', 'alerts', 'sev-1'],
    postedOn: '2025-12-09',
    author: people.oncall,
    storage: `<p><strong>In one sentence:</strong> on 3&nbsp;December, from 02:11 to 03:45 UTC, 1,206 alert e-mails of 318 sites in the EU region were sent up to 94&nbsp;minutes late; text messages, calls and the app were on time.</p>
<h2>Times (UTC)</h2>
${table(
  ['When', 'What'],
  [
    ['02:11', 'Certificate of the outgoing mail relay expires. New connections fail, open ones go on'],
    ['02:19', 'Last open connection closes; queue age rises'],
    ['02:23', 'Page <em>alert-queue-age</em>. On-call acknowledges at 02:25'],
    ['02:31', 'Status page: alerts delayed'],
    ['02:40', 'Switch to the second provider. It refuses: our sender domain was never verified there'],
    ['03:12', 'New certificate made by hand, not loaded: the relay reads it only at start'],
    ['03:38', 'Relay started again'],
    ['03:45', 'Queue empty'],
  ],
)}
<h2>Why</h2>
${list(['The renewal job had been failing for 29 days. Its mail about that went to a mailbox that was closed in October.', 'The second provider was set up, paid for, and <em>never tried</em>.', 'The check for certificates looked at web servers only.'])}
<h2>What went well</h2>
<p>Eight minutes from the page to the public word. Eleven sites with open excursions got a call; two of them had not seen anything and moved their goods in time.</p>
<h2>What we change</h2>
${tasks(
  [
    {
      body: `All certificates in one check, warning 21 days before ${user(people.oncall)} <time datetime="2025-12-19" />`,
      done: true,
    },
    { body: 'Second provider carries 5 % of all mail, always', done: true },
    {
      body: `Owner for every mailbox that machines write to ${user(people.lead)} <time datetime="2026-01-16" />`,
      done: true,
    },
    { body: 'Drill: switch of provider, every quarter' },
  ],
  501,
)}
<p>Runbook changed: ${page('Runbook: alerts are delayed (Sev 1)')}.</p>`,
  },
  {
    title: 'Post-mortem: LTE Stations in one region lost for six hours',
    labels: ['post-mortem', 'incident', 'lte', 'sev-2'],
    postedOn: '2026-01-21',
    author: people.oncall,
    storage: `<p><strong>In one sentence:</strong> on 14&nbsp;January 500 Stations of type S2L in two countries could not reach us from 06:02 to 12:10 UTC; no reading was lost, 71 alerts were late.</p>
<h2>What happened</h2>
<p>A mobile operator moved its roaming traffic to a new exchange. Our Stations were told to register again, all within a minute. The exchange took them for a storm and blocked the whole range for an hour. After that hour all of them tried again, at the same second, and were blocked again. Six times.</p>
${code('none', '06:02  500 tries   blocked for 60 min\n07:02  500 tries   blocked for 60 min\n...\n11:02  steering away from op-3\n11:32  first Stations on op-1\n12:10  494 of 500 back')}
<h2>Why</h2>
${list(['Our firmware waited exactly 60 minutes: no random part.', 'The runbook said &ldquo;restart&rdquo; as its second step, which started the hour anew.', 'Steering was known to one person, who slept, as he should.'])}
<h2>What we change</h2>
${tasks([{ body: 'Random wait of 30 to 90 minutes, firmware 4.2', done: true }, { body: 'Runbook without restart, with steering', done: true }, { body: 'Two more people trained on steering' }], 521)}
${panel('tip', '<p>Anything that waits must wait a <em>random</em> time. Say it three times.</p>')}
<p>${page('Runbook: mobile network outage (Sev 2)')}</p>`,
  },
  {
    title: 'Post-mortem: certificates printed with the wrong time zone',
    labels: ['post-mortem', 'incident', 'calibration', 'compliance'],
    postedOn: '2026-03-27',
    author: people.compliance,
    storage: `<p><strong>In one sentence:</strong> from 2 to 23&nbsp;March 640 calibration certificates showed the time of measuring in UTC, labelled as local time; values were right.</p>
<p>An auditor at a customer noticed that a probe had apparently been calibrated at four in the morning, &ldquo;unless your laboratory has a night shift&rdquo;. It has not.</p>
<h2>Why</h2>
${list(['The new printing service runs in UTC. The label came from a template, the time from the service; no test compared them.', 'Winter hid it: most of our own samples were from London, where UTC <em>is</em> local time.', 'Release notes said &ldquo;no change for customers&rdquo;.'])}
<h2>What we did</h2>
<p>All 640 were printed again with revision&nbsp;2, a letter that an auditor can file, and the sum of all differences: one hour or, after 8&nbsp;March in the US, four to seven. Nobody had to recalibrate.</p>
<h2>What we change</h2>
${tasks([{ body: 'Every time on paper carries its offset, like 14:05 +01:00', done: true }, { body: 'Test samples from Osaka and Ohio', done: true }, { body: `Ask three auditors to read the next template before release ${user(people.compliance)}` }], 541)}
<p>For customers: ${page('Calibration certificates', { space: 'SUP' })}.</p>`,
  },
]
