import { code, list, macro, page, panel, user } from '../macros.ts'
import { people } from '../people.ts'
import { operationsBlog } from './blog.ts'
import { onboarding, rota, rubric } from './people-and-training.ts'
import { cover, decisions, metrics } from './records.ts'
import { runbooks } from './runbooks.ts'
import { templates } from './templates.ts'
import type { SamplePage, SampleSpace } from '../types.ts'

const home: SamplePage = {
  title: 'Support Operations',
  labels: ['home'],
  author: people.lead,
  storage: `<p>Internal. How we work, as opposed to what we tell customers (that is the ${page('Sorrelby Support Handbook', { space: 'SUP', text: 'handbook' })}).</p>
<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell>${macro('panel', { title: 'At night', borderColor: '#de350b', titleBGColor: '#ffebe6' }, { rich: `<p>${page('Escalation runbooks')}</p><p>${page('On-call rota and hand-over')}</p>` })}</ac:layout-cell><ac:layout-cell>${macro('panel', { title: 'By day', borderColor: '#00875a', titleBGColor: '#e3fcef' }, { rich: `<p>${page('Templates and macros')}</p><p>${page('Support metrics')}</p><p>${page('Decision log')}</p>` })}</ac:layout-cell></ac:layout-section></ac:layout>
<h2>Who is who</h2>
${list([`Lead: ${user(people.lead)}`, `On call: ${user(people.oncall)}`, `Compliance: ${user(people.compliance)}`])}
<h2>Shortcuts</h2>
<p>Tickets open with <ac:link><ri:shortcut ri:key="ticket" ri:parameter="58213" /><ac:plain-text-link-body><![CDATA[ticket 58213]]></ac:plain-text-link-body></ac:link>; the old intranet page is <ac:link><ri:content-entity ri:content-id="131073" /><ac:plain-text-link-body><![CDATA[still here]]></ac:plain-text-link-body></ac:link>. Notes of the lead: ${page('How I work', { space: '~7012345' })}.</p>
<p>Everything of this space: <ac:link><ri:space ri:space-key="OPS" /><ac:plain-text-link-body><![CDATA[overview]]></ac:plain-text-link-body></ac:link>.</p>
${panel('note', '<p>Nothing from this space goes to customers by copy and paste. Rewrite it into the handbook, then send the link.</p>')}
${code('bash', 'opsctl login --hardware-key   # every morning; lasts twelve hours')}`,
  children: [runbooks, onboarding, rota, templates, rubric, metrics, decisions, cover],
}

/** What agents and engineers read among themselves. */
export const operationsSpace: SampleSpace = {
  key: 'OPS',
  name: 'Support Operations',
  type: 'global',
  status: 'current',
  description: 'Runbooks, rota, onboarding, templates and decisions of the support team. Internal.',
  pages: [home],
  blogPosts: operationsBlog,
}
