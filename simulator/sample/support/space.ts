import { include, macro, page, panel, status } from '../macros.ts'
import { people } from '../people.ts'
import { billing } from './billing.ts'
import { supportBlog } from './blog.ts'
import { compliance } from './compliance.ts'
import { gettingStarted } from './getting-started.ts'
import { hardware } from './hardware.ts'
import { languages } from './languages.ts'
import { phoneQuestions } from './phone-questions.ts'
import { orders } from './orders.ts'
import { accessibility, glossary, oldStation, securityFaq } from './reference.ts'
import { snippets } from './snippets.ts'
import { troubleshooting } from './troubleshooting.ts'
import type { SamplePage, SampleSpace } from '../types.ts'

const home: SamplePage = {
  title: 'Sorrelby Support Handbook',
  labels: ['home'],
  author: people.lead,
  storage: `<ac:layout><ac:layout-section ac:type="single"><ac:layout-cell>
<h1>What can we help with?</h1>
<p>Sorrelby makes small wireless sensors for refrigerators, freezers, incubators and store rooms in laboratories, pharmacies and clinics. This handbook is what we tell customers, word for word.</p>
${macro('livesearch', { spaceKey: 'SUP', placeholder: 'Code, symptom or part', size: 'large' })}
</ac:layout-cell></ac:layout-section><ac:layout-section ac:type="three_equal"><ac:layout-cell>
<h3>Something is wrong</h3><p>${page('Start here: the triage tree')}</p><p>${page('Error codes', { text: 'I have a code' })}</p><p>${page('Lights and buzzer reference')}</p>
</ac:layout-cell><ac:layout-cell>
<h3>Something is new</h3><p>${page('Getting started')}</p><p>${page('Pair a sensor with a Station')}</p><p>${page('Network requirements and firewall rules')}</p>
</ac:layout-cell><ac:layout-cell>
<h3>Something costs money</h3><p>${page('Plans and prices')}</p><p>${page('Refunds and cancellations')}</p><p>${page('Warranty and returns (RMA)')}</p>
</ac:layout-cell></ac:layout-section><ac:layout-section ac:type="two_right_sidebar"><ac:layout-cell>
<h2>How this handbook is kept</h2>
<p>Each page has one owner (its author) and is read again every six months. State now: ${status('Green', '41 fresh')} ${status('Yellow', '3 due')} ${status('Red', '0 overdue')}. Something wrong? Leave a comment on the sentence; the owner answers within two working days.</p>
${panel('info', include('excerpt-include', 'Snippet: support hours'), 'When we are there')}
</ac:layout-cell><ac:layout-cell>
<h2>Latest</h2>
${macro('blog-posts', { max: '5', content: 'titles', spaces: '<ri:space ri:space-key="SUP" />' })}
${macro('recently-updated', { max: '5', theme: 'sidebar' })}
</ac:layout-cell></ac:layout-section></ac:layout>`,
  children: [
    gettingStarted,
    hardware,
    troubleshooting,
    compliance,
    billing,
    orders,
    securityFaq,
    accessibility,
    phoneQuestions,
    glossary,
    languages,
    snippets,
    oldStation,
  ],
}

/** The handbook that support agents and customers read. */
export const supportSpace: SampleSpace = {
  key: 'SUP',
  name: 'Sorrelby Support Handbook',
  type: 'knowledge_base',
  status: 'current',
  description: 'Everything we tell customers about Stations, sensors, the Console, plans and returns.',
  pages: [home],
  blogPosts: supportBlog,
}
