import { include, list, macro, page, status } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const hours: SamplePage = {
  title: 'Snippet: support hours',
  labels: ['snippet', 'policy'],
  author: people.lead,
  storage: `${macro('excerpt', { name: 'hours' }, { rich: '<p>Support: Monday to Friday 07:00&ndash;20:00 CET by phone, chat and e-mail. Emergency line for Ward and Campus when alerts do not go out: day and night, every day.</p>' })}
<p>Public holidays follow the Netherlands for e-mail; the phone is staffed on all of them but 25 and 26 December and 1 January.</p>
<p>Read together with:</p>
${include('include', 'Snippet: before you contact us')}`,
}

const beforeContact: SamplePage = {
  title: 'Snippet: before you contact us',
  labels: ['snippet', 'triage'],
  author: people.lead,
  storage: `<p>Five facts make a ticket three times as fast:</p>
${list(['Serial number of the Station (eight characters on the label)', 'Lights, in words: &ldquo;power green, network off&rdquo;', 'Code, if there is one', 'Time of the last good reading', 'What changed since'])}
<p>When are we there? ${status('Blue', 'see below')}</p>
${include('include', 'Snippet: support hours')}`,
}

/** The two text snippets include each other, as grown handbooks do. */
export const snippets: SamplePage = {
  title: 'Reusable snippets',
  labels: ['snippet'],
  author: people.lead,
  storage: `<p>Text that appears on several pages. Change it here and it changes everywhere. Do not copy it; include it: <code>/include</code>, then choose the page.</p>
${macro('children')}
<p>Used most: ${page('Snippet: support hours')}.</p>`,
  children: [hours, beforeContact],
}
