import { day, include, list, macro, page, status, steps, table, tasks } from './macros.ts'
import { people } from './people.ts'
import type { SampleSpace } from './types.ts'

/** The support lead's own space. */
export const personalSpace: SampleSpace = {
  key: '~7012345',
  name: 'Support lead',
  type: 'personal',
  status: 'current',
  description: 'Notes of the support lead: how to reach me, time off, one-to-ones.',
  pages: [
    {
      title: 'How I work',
      labels: ['personal', 'team'],
      author: people.lead,
      storage: `<p>I read mail at nine and at three. Between them I am in tickets, or with one of you. Urgent means: call me.</p>
<h2>What you can expect</h2>
${list(['An answer the same day, even if it is &ldquo;tomorrow&rdquo;.', 'I say when I have changed my mind, and why.', 'I will not ask you to be nice to somebody who shouts at you. Hand the call to me.'])}
<h2>What helps me</h2>
${list(['Bad news early.', 'One message with three sentences rather than three messages with one.', 'A proposal, however rough.'])}
<p>Mondays I work from home and my dog answers the door. 🐕 Usual hours: 08:00 to 16:30 CET.</p>
<p>More of the official side: ${page('Support Operations', { space: 'OPS' })}.</p>`,
      children: [
        {
          title: 'Time off and cover',
          labels: ['personal', 'planning'],
          author: people.lead,
          storage: `<p>My own days; the team&rsquo;s plan is ${page('Holiday cover 2026', { space: 'OPS' })}.</p>
${table(
  ['From', 'To', 'Cover', 'State'],
  [
    [day('2026-05-14'), day('2026-05-17'), 'on-call', status('Green', 'agreed')],
    [day('2026-08-17'), day('2026-08-30'), 'onboarding coach', status('Yellow', 'asked')],
  ],
)}
<h2>Carried over from last year</h2>
<p>Four days, to be taken until the end of March (rule: at most five days, at most one quarter). Sick notes from the third day on; children&rsquo;s sick days need none.</p>
${tasks([{ body: `Hand the keys of the fast-lane cupboard to somebody before ${day('2026-05-13')}` }], 601)}`,
        },
        {
          title: 'One-to-one notes: template',
          labels: ['personal', 'template'],
          author: people.lead,
          storage: `<p>Every second week, 30&nbsp;minutes, your agenda first. Notes are between the two of us; this page is only the form.</p>
${steps(['What went well since last time?', 'What costs you energy that should not?', 'Which ticket will you remember in a year?', 'What do you want to learn next?', 'What should I stop doing?'])}
<p>${include('excerpt-include', 'Snippet: support hours', 'SUP')}</p>
${macro('profile', { user: `<ri:user ri:account-id="${people.lead}" />` })}`,
        },
      ],
    },
  ],
  blogPosts: [],
}
