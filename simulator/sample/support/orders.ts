import { day, list, macro, page, panel, status, steps, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const shipping: SamplePage = {
  title: 'Shipping and lithium batteries',
  labels: ['shipping', 'battery', 'policy'],
  author: people.billing,
  storage: `<p>Orders before 14:00 CET leave the same working day. Three warehouses: one near the sea in the Netherlands, one in Ohio, one in Osaka.</p>
${table(
  ['To', 'Carrier time', 'Cost', 'Free from'],
  [
    ['EU, UK, Switzerland, Norway', '1&ndash;3 working days', '€9', '€250'],
    ['US, Canada', '2&ndash;4', '$12', '$300'],
    ['Japan, South Korea, Taiwan', '1&ndash;3', '¥1,400', '¥40,000'],
    ['Australia, New Zealand', '5&ndash;8', '€35', '–'],
    ['elsewhere', 'ask', 'by weight', '–'],
  ],
)}
<h2>Lithium</h2>
<p>Sensors with a fitted cell travel as UN&nbsp;3091 (packed in equipment), spare cells as UN&nbsp;3090. For the customer that means:</p>
${list(['Spare cells go by road or sea only; allow five days more.', 'No post office boxes, no parcel lockers for spare cells.', '<strong>Returns:</strong> take the cell out, tape the poles, keep it. Never post a swollen or wet cell.'])}
${panel('warning', '<p>A parcel with a damaged cell must not be moved. Outside, on stone, away from walls; then call the second line.</p>')}
<h2>Lost or damaged</h2>
<p>No movement for three working days counts as lost: send again, do not make the customer wait for the carrier&rsquo;s inquiry. Damage: photo of the outside, photo of the inside, within seven days.</p>
<p>Track: <a href="https://track.sorrelby.example/" data-card-appearance="inline">https://track.sorrelby.example/</a></p>
<h2>Customs outside the EU</h2>
<p>Delivered duties unpaid, except for Switzerland, Norway and the UK, where duties are in the price. Codes for the declaration: Station 8517.62, sensors 9025.80, cells 8506.50. Value for repairs: the price of the repair, with the sentence &ldquo;goods returned after repair under warranty&rdquo;.</p>
<h2>Urgent</h2>
<p>Courier before 10:30 the next day inside the EU: €38, to be offered when goods are at risk, for free in warranty cases on Ward and Campus. No Saturday delivery of spare cells.</p>`,
}

const warranty: SamplePage = {
  title: 'Warranty and returns (RMA)',
  labels: ['warranty', 'returns', 'policy', 'hardware'],
  author: people.hardware,
  storage: `<p>Station ${status('Blue', '3 years')} Pip ${status('Blue', '2 years')} Probe ${status('Blue', '1 year')}, from the day of delivery. Statutory rights come on top and are never shortened by this page.</p>
<h2>What is covered</h2>
<table><tbody><tr><th><p>Covered</p></th><th><p>Not covered</p></th></tr><tr><td><ul><li><p>Defects of material and making</p></li><li><p>Drift beyond twice the stated uncertainty</p></li><li><p>Water inside, as long as the seal was never opened</p></li></ul></td><td><ul><li><p>Batteries</p></li><li><p>Cables cut by a door</p></li><li><p>Mains on the relay terminal</p></li></ul></td></tr></tbody></table>
<h2>Steps</h2>
${steps([
  'Open <strong>Tickets → New RMA</strong> from the customer&rsquo;s ticket. The number has the form <code>RMA-2603-0417</code>.',
  'Advance replacement is the rule for plans Ward and Campus: we send first.',
  'The customer prints the label, takes the cell out, puts the number on the carton.',
  `Arrived: the workshop tests within two working days and writes the finding into the ticket.`,
  'Not covered? Offer: repair at cost, 25&nbsp;% off a new one, or return.',
])}
<h2>Findings of the last quarter</h2>
${macro('chart', { type: 'pie', title: 'Returned Pip X, 212 pieces', width: '400' }, { rich: '<table><tbody><tr><th><p>Finding</p></th><th><p>Pieces</p></th></tr><tr><td><p>Cable cut</p></td><td><p>88</p></td></tr><tr><td><p>No fault found</p></td><td><p>61</p></td></tr><tr><td><p>Plug corroded</p></td><td><p>44</p></td></tr><tr><td><p>Other</p></td><td><p>19</p></td></tr></tbody></table>' })}
<p>&ldquo;No fault found&rdquo; is often a 1.5&nbsp;V battery: ask before you send a label. Faults under investigation: <ac:structured-macro ac:name="jira" ac:schema-version="1"><ac:parameter ac:name="server">System Jira</ac:parameter><ac:parameter ac:name="key">HW-412</ac:parameter></ac:structured-macro>.</p>
<p>Fast lane for hospitals: ${page('Runbook: RMA fast lane', { space: 'OPS' })}.</p>
<h2>Questions to ask before a label is sent</h2>
${list(['Which battery is in it? (The photo says more than the answer.)', 'Does another probe on the same Pip work? Does this probe work on another Pip?', 'Was the inner case opened? E208 in the history tells.', 'How was it cleaned? Alcohol is fine, chlorine eats the membrane of the Pip&nbsp;C within weeks.'])}
<h2>Times we promise</h2>
${table(
  ['Step', 'Promise', 'Median 2025'],
  [
    ['Answer to the request', 'same day', '3&nbsp;hours'],
    ['Advance replacement leaves', 'same day before 14:00 CET', '1&nbsp;day'],
    ['Finding after arrival', '2 working days', '1&nbsp;day'],
    ['Repair at cost', '10 working days', '6&nbsp;days'],
  ],
)}`,
}

const regional: SamplePage = {
  title: 'Regional notes',
  labels: ['regional', 'reference', 'radio', 'shipping'],
  author: people.translation,
  storage: `<p>What differs by country. Updated ${day('2026-02-18')}.</p>
${table(
  ['Region', 'Radio', 'Label', 'Console', 'Voice number'],
  [
    ['EU, UK, CH, NO', '868.3&nbsp;MHz', 'CE, UKCA', '<code>eu</code>', '+44 1632 960 771'],
    ['US, CA', '902&ndash;928&nbsp;MHz', 'FCC, ISED', '<code>us</code>', '+1 202 555 0136'],
    ['AU, NZ', '915&ndash;928&nbsp;MHz', 'RCM', '<code>eu</code>', '+44 1632 960 771'],
    ['JP', '920.6&ndash;928&nbsp;MHz', 'Giteki', '<code>jp</code>', '+81 3 0000 0188'],
  ],
)}
<h2>Germany, Austria, Switzerland</h2><p>Formal address (<em>Sie</em>). Quick start in German: ${page('Erste Schritte (Deutsch)')}.</p>
<h2>France, Belgium, Québec</h2><p>${page('Dépannage : la Station est hors ligne (Français)')}. In Québec the contract itself must be in French; the billing desk has the text.</p>
<h2>Japan</h2><p>${page('センサーのペアリング手順（日本語）')}. Invoices carry the registration number of a qualified issuer since October 2023.</p>
<h2>Gulf states</h2><p>${page('دليل البدء السريع (العربية)')}. Working week Sunday to Thursday in some of them: plan calls accordingly. Summer delivery only in insulated cartons.</p>
<h2>United States</h2><p>Vaccines for Children programmes ask for a buffered probe and readings at least every 30 minutes. The default of five minutes and the glycol vial fulfil both.</p>
<h2>Time and numbers</h2>
${table(
  ['Country', 'Date in reports', 'Decimal', 'Week begins'],
  [
    ['Germany, France', '31.12.2026, 31/12/2026', 'comma', 'Monday'],
    ['UK', '31/12/2026', 'point', 'Monday'],
    ['US', '12/31/2026, Fahrenheit on request', 'point', 'Sunday'],
    ['Japan', '2026/12/31', 'point', 'Sunday'],
    ['Saudi Arabia', '31/12/2026', 'point or ٫', 'Sunday'],
  ],
)}
<p>Files for machines are the same everywhere: ISO dates, Celsius, decimal point.</p>`,
}

export const orders: SamplePage = {
  title: 'Orders, shipping and warranty',
  kind: 'folder',
  storage: '',
  children: [shipping, warranty, regional],
}
