import { day, include, list, macro, page, panel, status, steps, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const replies: SamplePage = {
  title: 'Reply macros',
  labels: ['template', 'tickets'],
  author: people.lead,
  storage: `<p>Start from these, then write like yourself. Words in <code>{{braces}}</code> are filled in by the ticket system.</p>
<h2>R1 Station offline, first answer</h2>
${macro('panel', { title: 'R1', borderStyle: 'dashed', bgColor: '#f4f5f7' }, { rich: '<p>Hello {{first_name}},</p><p>your Station {{station}} was last heard at {{last_seen}}. Your sensors keep their readings meanwhile, so nothing is lost. Could you tell me which of its three lights are on?</p>' })}
<h2>R2 Battery of the wrong kind</h2>
${macro('panel', { title: 'R2', borderStyle: 'dashed', bgColor: '#f4f5f7' }, { rich: '<p>Pips need a lithium cell of 3.6&nbsp;V. The ordinary one fits, which is our fault rather than yours. I am sending you a cell; it should be there by {{date_plus_3}}.</p>' })}
<h2>R3 Refund done</h2>
${macro('noformat', { nopanel: 'false' }, { plain: 'I have refunded {{amount}} to {{method}}.\nYour bank shows it in three to five days.' })}
<h2>R4 We were wrong</h2>
<blockquote><p>You were right and I was not. I have corrected {{what}}; it will not cost you anything. Thank you for insisting.</p></blockquote>
<h2>Not to be used</h2>
<p><s>We apologise for any inconvenience this may have caused.</s> Nobody has ever felt better after reading it.</p>
<p>Footer for all:</p>
${include('include', 'Snippet: support hours', 'SUP')}`,
}

const postMortem: SamplePage = {
  title: 'Template: post-mortem',
  labels: ['template', 'incident'],
  author: people.oncall,
  storage: `<p>Copy this page into a blog post, fill in, delete the grey text. No names; roles.</p>
<h2>In one sentence</h2><p><ac:placeholder>What did customers notice, how many, how long?</ac:placeholder></p>
<h2>Times</h2>
<table><tbody><tr><th><p>UTC</p></th><th><p>What</p></th></tr><tr><td><p><ac:placeholder>hh:mm</ac:placeholder></p></td><td><p><ac:placeholder>first sign</ac:placeholder></p></td></tr><tr><td><p><ac:placeholder>hh:mm</ac:placeholder></p></td><td><p><ac:placeholder>first word to customers</ac:placeholder></p></td></tr></tbody></table>
<h2>Why</h2><p><ac:placeholder ac:type="mention">Ask why five times. Stop at something we can change.</ac:placeholder></p>
<h2>What went well</h2><p><ac:placeholder>At least one thing.</ac:placeholder></p>
<h2>What we change</h2>
<ac:task-list><ac:task><ac:task-id>301</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body><ac:placeholder>One action, one role, one date</ac:placeholder></ac:task-body></ac:task></ac:task-list>
<p>Date of this template: ${day('2025-10-01')}. Example: <ac:link><ri:blog-post ri:space-key="OPS" ri:content-title="Post-mortem: certificates printed with the wrong time zone" ri:posting-day="2026/03/27" /></ac:link>.</p>`,
}

const incidentMail: SamplePage = {
  title: 'Template: status page texts',
  labels: ['template', 'incident', 'on-call'],
  author: people.lead,
  storage: `<p>Say what customers see, what they should do, when they hear from us again. Never a cause before it is certain.</p>
<h2>Alerts delayed</h2>
${macro('noformat', {}, { plain: 'Alerts by {{channel}} are late by up to {{minutes}} minutes since {{time}} UTC.\nReadings are complete. Please look at the Console every half hour until we say that all is well.\nNext news at {{time_plus_30}} UTC.' })}
<h2>Mobile Stations offline</h2>
${macro('noformat', {}, { plain: 'Stations on the mobile network in {{country}} cannot reach us since {{time}} UTC.\nThey keep their readings. Please do not restart them. Stations with a cable are not concerned.\nNext news at {{time_plus_60}} UTC.' })}
<h2>All is well again</h2>
${macro('noformat', {}, { plain: 'Since {{time}} UTC everything works. Late readings arrived by {{time_2}} UTC.\nWe will publish what happened within five working days.' })}
${table(
  ['Severity', 'Interval of news', 'Who may publish'],
  [
    [status('Red', 'Sev 1'), '30 minutes', 'anybody on call'],
    [status('Yellow', 'Sev 2'), '60 minutes', 'anybody on call'],
    [status('Blue', 'Sev 3'), 'none', '–'],
  ],
)}`,
}

export const templates: SamplePage = {
  title: 'Templates and macros',
  labels: ['template'],
  author: people.lead,
  storage: `<p>Three kinds: reply macros for tickets, page templates, status texts.</p>
${macro('children', { style: 'h3', excerptType: 'simple' })}
${macro('create-from-template', { templateName: '65538', templateId: '65538', title: 'Post-mortem: @currentDate', buttonLabel: 'New post-mortem' })}
${panel('note', `<p>Text that customers read is kept in the handbook (${page('Reusable snippets', { space: 'SUP' })}), not here.</p>`)}
${steps(['Change a macro here.', 'Ask a second agent to read it aloud.', 'Copy it to the ticket system the same day.'])}
${list(['Language: English first, then the translation desk.'])}`,
  children: [replies, postMortem, incidentMail],
}
