import { list, macro, page, panel, table } from '../macros.ts'
import { people } from '../people.ts'
import { authentication, errors, pagination, quickStart, rateLimits, sandbox } from './basics.ts'
import { formulas, mqtt, sdk, versions } from './more.ts'
import { reference } from './reference.ts'
import type { SampleBlogPost, SamplePage, SampleSpace } from '../types.ts'

const home: SamplePage = {
  title: 'Sorrelby Developer Docs',
  labels: ['home', 'api'],
  author: people.developer,
  storage: `<h1>Build on readings and alerts</h1>
<p>A REST API, signed webhooks, and MQTT in your own network. Everything the Console shows you can read; nearly everything it changes you can change.</p>
<ac:layout><ac:layout-section ac:type="two_left_sidebar"><ac:layout-cell>${macro('pagetree', { root: '<ac:link><ri:page ri:content-title="Sorrelby Developer Docs" /></ac:link>', searchBox: 'false' })}</ac:layout-cell><ac:layout-cell>
<h2>Choose your way</h2>
${table(
  ['You want to', 'Use'],
  [
    ['show the last reading on a screen', `${page('Readings')} once a minute`],
    ['open a ticket when an alert opens', page('Webhooks')],
    ['fill a data lake every night', page('Exports')],
    ['keep readings inside the hospital', page('Local MQTT')],
  ],
)}
${panel('tip', `<p>Start with the ${page('Quick start: your first reading in five minutes', { text: 'quick start' })}. It takes less time than reading this page.</p>`)}
</ac:layout-cell></ac:layout-section></ac:layout>
<p>Questions: <a href="mailto:developers@sorrelby.example">developers@sorrelby.example</a>. For faults of devices see the ${page('Troubleshooting', { space: 'SUP', text: 'support handbook' })}.</p>`,
  children: [
    quickStart,
    authentication,
    rateLimits,
    pagination,
    errors,
    reference,
    mqtt,
    sdk,
    sandbox,
    formulas,
    versions,
  ],
}

const blogPosts: SampleBlogPost[] = [
  {
    title: 'API 1.8: cursors everywhere',
    labels: ['api', 'release-notes'],
    postedOn: '2025-11-20',
    author: people.developer,
    storage: `<p>Version 1.8 replaces <code>offset</code> by cursors on readings, the last list that still had it.</p>
<p>Why? A customer with 4,000 sensors read a year back, page by page. At offset 3,000,000 the database walked over three million rows to throw them away, two hundred times a minute. Median answer: 6.2&nbsp;s. With a cursor: <strong>41&nbsp;ms</strong>, on the first page and on the last.</p>
<h2>What to do</h2>
${list(['Nothing, if you use one of our libraries from 1.8 on.', `Else follow ${page('Pagination')}. It is usually ten lines.`, 'Old parameter: works until the end of 2026, with the header <code>Deprecation</code>.'])}
<p>Also new: <code>by=received</code>, so that late readings cannot hide behind a watermark (${page('Readings')}).</p>`,
  },
  {
    title: 'Webhook signatures v0 switched off on 30 September',
    labels: ['api', 'webhooks', 'security', 'release-notes'],
    postedOn: '2025-08-14',
    author: people.developer,
    storage: `<p>The old header <code>X-Sorrelby-Signature</code> signs the body but not the time: a recorded message could be played again for ever. The new headers have been sent beside it since March; from 30&nbsp;September only they are.</p>
<p>Of 2,310 receivers 61 still read the old one. Their owners have a mail with the address concerned.</p>
<p>Code in two languages: ${page('Verify webhook signatures')}.</p>`,
  },
]

/** API guides and reference for customers who program. */
export const developerSpace: SampleSpace = {
  key: 'DEV',
  name: 'Sorrelby Developer Docs',
  type: 'global',
  status: 'current',
  description: 'REST API, webhooks, MQTT, client libraries and the sandbox.',
  pages: [home],
  blogPosts,
}
