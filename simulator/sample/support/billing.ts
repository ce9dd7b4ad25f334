import { day, expand, include, list, macro, page, panel, status, steps, table, tasks, user } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const plans: SamplePage = {
  title: 'Plans and prices',
  labels: ['billing', 'plans', 'reference'],
  author: people.billing,
  storage: `<p>Prices per sensor and month, without tax, in force since ${day('2026-01-01')}. Stations and repeaters cost nothing per month.</p>
<table data-layout="wide"><tbody><tr><th><p>&nbsp;</p></th><th><p>Bench</p></th><th><p>Ward</p></th><th><p>Campus</p></th></tr>
<tr><th><p>Euro area</p></th><td><p>€4.00</p></td><td><p>€6.50</p></td><td><p>by quote, from 200 sensors</p></td></tr>
<tr><th><p>United Kingdom</p></th><td><p>£3.50</p></td><td><p>£5.70</p></td><td><p>by quote</p></td></tr>
<tr><th><p>United States</p></th><td><p>$4.50</p></td><td><p>$7.20</p></td><td><p>by quote</p></td></tr>
<tr><th><p>Japan</p></th><td><p>¥650</p></td><td><p>¥1,050</p></td><td><p>by quote</p></td></tr>
<tr><th><p>Sensors</p></th><td><p>up to 10</p></td><td><p>up to 200</p></td><td><p>no limit</p></td></tr>
<tr><th><p>Seats</p></th><td><p>3</p></td><td><p>25</p></td><td><p>no limit</p></td></tr>
<tr><th><p>E-mail and app alerts</p></th><td><p>✔</p></td><td><p>✔</p></td><td><p>✔</p></td></tr>
<tr><th><p>Text messages and voice calls</p></th><td><p>–</p></td><td><p>✔, 200 a month included</p></td><td><p>✔, 2,000</p></td></tr>
<tr><th><p>Audit trail, signatures</p></th><td><p>–</p></td><td><p>✔</p></td><td><p>✔</p></td></tr>
<tr><th><p>Single sign-on, private MQTT</p></th><td><p>–</p></td><td><p>–</p></td><td><p>✔</p></td></tr>
<tr><th><p>History</p></th><td><p>1 year</p></td><td><p>3 years</p></td><td><p>10 years</p></td></tr>
<tr><th><p>Emergency line, day and night</p></th><td><p>–</p></td><td><p>✔</p></td><td><p>✔</p></td></tr></tbody></table>
<h2>Changing the plan</h2>
${list(['Up: at once, charged by the day.', 'Down: at the end of the paid period. History beyond the smaller plan is kept for 90 more days, so that a mistake can be undone.', 'Yearly payment: ten months instead of twelve.'])}
<h2>Discounts</h2>
<p>Schools, public vaccination points and charities: 30&nbsp;%. Ask for the registration number; the billing desk sets it, agents cannot.</p>
<p>What happens above the included messages? Each further text message is €0.09, each voice call €0.18; the owner is told at 80&nbsp;% and at 100&nbsp;%, and <strong>alerts are never held back for cost</strong>.</p>
<h2>Questions</h2>
<p><strong>What counts as a sensor?</strong> Each Pip that has sent at least one reading in the month. Spare ones in the drawer cost nothing.</p>
<p><strong>Can one account mix plans?</strong> No, but a <em>Campus</em> contract may have groups without text messages at the price of Bench.</p>
<p><strong>Pausing?</strong> Half price, readings are kept in the sensor and shown when you resume, at most 69&nbsp;days back.</p>
<p><strong>Do prices rise?</strong> Once a year at most, in January, told 60&nbsp;days before, and never within a yearly period. The last rise was 4&nbsp;% in 2025.</p>`,
}

const refunds: SamplePage = {
  title: 'Refunds and cancellations',
  labels: ['billing', 'refunds', 'policy'],
  author: people.billing,
  storage: `<p>Be quick and be generous within these limits; nobody ever stayed because a refund was hard to get.</p>
<h2>Who may decide</h2>
${table(
  ['Amount', 'Who', 'How fast'],
  [
    ['up to €150', 'any agent, alone', 'the same day'],
    ['€150.01 to €1,000', 'billing desk', 'one working day'],
    [
      'above €1,000',
      page('Runbook: refund above the limit', { space: 'OPS', text: 'two signatures, see the runbook' }),
      'three working days',
    ],
  ],
)}
<h2>Hardware</h2>
${list([
  '<strong>60 days</strong>, no reason needed, opened or not. The customer pays the way back, we pay it if the part was faulty.',
  'Wrong model or wrong radio region: exchange, we pay both ways.',
  'Calibrated probes: full refund within 14 days; later minus €35 for a new certificate.',
  `Used lithium cells never come back by air: ${page('Shipping and lithium batteries')}.`,
])}
<h2>Subscriptions</h2>
<p>Monthly plans end with the month. Yearly plans: within 30&nbsp;days everything back; afterwards the unused full months, ten twelfths each.</p>
<h2>After an outage of ours</h2>
<p>Late or lost alerts: one month for the sensors concerned, without being asked. Use reason <code>OUTAGE</code> and the incident&rsquo;s number.</p>
${panel('tip', '<p>&ldquo;I have refunded €78.00 to the card ending in 4410. Your bank shows it in three to five days.&rdquo; Amount, where, when. Nothing else is needed.</p>', 'How to say it')}
${expand('Cancel an account completely', steps(['Owner: Settings → Account → <strong>Close</strong>. Type the name of the site.', 'Readings can be exported for 30 days.', 'After 90 days everything is deleted, backups after 35 more.', 'Stations are released; somebody else can claim them.']))}
<h2>Examples</h2>
${table(
  ['Case', 'Decision', 'By'],
  [
    ['Pharmacy closed, yearly plan paid in January, cancels in May', 'Seven twelfths back', 'billing desk'],
    [
      'Bought three Pip&nbsp;T for an ultra-low freezer',
      'Exchange for Pip&nbsp;X, customer pays the difference, we pay the way',
      'agent',
    ],
    ['Alerts late by 94 minutes, 12 sensors on Ward', '€78.00, reason OUTAGE, not asked for', 'agent'],
    [
      'Wants all money back after two years, &ldquo;never used it&rdquo;',
      'No refund for the past; offer to pause',
      'agent',
    ],
    ['Charged twice by a failed card', 'Second charge back the same day, with an apology in one sentence', 'agent'],
  ],
)}
<h2>Chargebacks</h2>
<p>A customer who asks the bank instead of us gets no second refund from us: write first, ask for the chargeback to be withdrawn, then refund. The bank&rsquo;s fee of €15 is ours either way.</p>`,
  comments: [
    {
      kind: 'footer',
      author: people.lead,
      storage: '<p>The limit for agents went from €100 to €150 in January. Please throw away the printed copies.</p>',
      replies: [
        { author: people.billing, storage: '<p>Reply macros are updated as well.</p>' },
        { author: people.onboarding, storage: '<p>And the onboarding quiz. 🎉</p>' },
      ],
    },
  ],
}

const invoices: SamplePage = {
  title: 'Invoices, VAT and purchase orders',
  labels: ['billing', 'invoices', 'tax'],
  author: people.billing,
  storage: `<p>Invoices are made on the first of the month and stand in <em>Settings → Billing</em> as PDF and as structured file (EN&nbsp;16931, for customers in the EU).</p>
<h2>VAT</h2>
${table(
  ['Customer', 'VAT on the invoice'],
  [
    ['Business in another EU country with a valid number', 'none, reverse charge'],
    ['Business without a number, private person', 'rate of the customer&rsquo;s country'],
    ['United Kingdom', '20&nbsp;%, our UK registration'],
    ['Outside', 'none; import duties are the customer&rsquo;s'],
  ],
)}
<p>A number that is entered later does not change old invoices. The billing desk can credit and re-issue the last three.</p>
<h2>Purchase orders</h2>
${steps(['The customer sends the order as PDF to <a href="mailto:orders@sorrelby.example">orders@sorrelby.example</a>.', 'Its number appears on every invoice until its sum is used up.', 'At 80&nbsp;% the billing desk asks for a new one.'])}
<h2>Overdue</h2>
<p>Reminders after 7, 14 and 21&nbsp;days. After 30 days code E303 locks <em>changes</em>. ${status('Red', 'never')} do we switch off alerts for money: somebody&rsquo;s vaccine is in there.</p>
<h2>Open points of the billing desk</h2>
${tasks(
  [
    { body: `Structured invoices for Poland: ask the tax adviser ${user(people.billing)} ${day('2026-04-15')}` },
    { body: 'New bank details on the US template', done: true },
  ],
  41,
)}
<h2>Reading an invoice</h2>
${table(
  ['Line', 'Explanation'],
  [
    ['Sensors, 31 of 31 days', 'Pips that sent at least one reading'],
    ['Sensors, 12 of 31 days', 'added in the course of the month'],
    ['Messages above the included', 'text messages and calls, with their number'],
    ['Credit', 'refund or overpayment, with the ticket&rsquo;s number'],
    ['Reverse charge', 'VAT is owed by the customer; the sentence is required by law'],
  ],
)}
<p>Copies go to at most three addresses. A portal of the customer (upload by hand) costs €4 per invoice; structured invoices cost nothing.</p>`,
}

const owner: SamplePage = {
  title: 'Change the account owner',
  labels: ['billing', 'account', 'security', 'policy'],
  author: people.billing,
  storage: `<p>The easy way: the present owner opens <em>Settings → People</em>, chooses the colleague and presses <strong>Make owner</strong>. The rest of this page is for the case that nobody can do that any more.</p>
${panel('warning', '<p>Taking over an account is the most wanted trick of all. A friendly voice, a deadline and a name from the website are <strong>not</strong> proof.</p>', 'Do not be hurried')}
<h2>Proof we accept</h2>
${list(['Two of: last invoice number and amount, serial numbers of three Stations, the code shown on a Station&rsquo;s set-up page while we are on the phone.', 'And a letter on paper or with a qualified electronic signature, from somebody who may sign for the organisation.'])}
<h2>Steps</h2>
${steps(['Ticket with label <code>owner-change</code>; tell every present owner and manager by e-mail.', 'Wait 72 hours. Anybody&rsquo;s objection stops the case.', 'Second agent checks the proof without having spoken to the caller.', 'Change, sign out all sessions, send a summary to both addresses.'])}
<p>${include('excerpt-include', 'Snippet: support hours')}</p>
<h2>Stories to learn from</h2>
<p>In 2024 a caller knew the invoice number, the serial numbers and the name of the head physician. The objection came after 70&nbsp;of the 72&nbsp;hours, from a nurse who had read the e-mail on Sunday evening. The invoice had been photographed from a desk. <strong>The waiting time did its work</strong>; nobody was rude, nobody was hurried.</p>
<p>In the same year we refused a genuine case, twice, because the letter was not signed by the right person. It cost that pharmacy four days. We wrote down for them who could sign, and gave a month free.</p>`,
}

export const billing: SamplePage = {
  title: 'Billing and account',
  labels: ['billing'],
  author: people.billing,
  storage: `<p>Money questions are trust questions. If you are unsure, ask the billing desk <u>before</u> you promise anything.</p>
${macro('children', { all: 'false', sort: 'title', reverse: 'false' })}
${panel('info', `<p>Billing desk: Monday to Friday 08:00&ndash;17:00 CET, extension 20. Contact ${user(people.billing)}.</p>`)}`,
  children: [plans, refunds, invoices, owner],
}
