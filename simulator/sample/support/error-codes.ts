import { include, list, macro, page, panel, status, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const stationCodes: SamplePage = {
  title: 'Station error codes (E1xx)',
  labels: ['error-codes', 'reference', 'station-s2'],
  author: people.hardware,
  storage: `<p>Shown on the set-up page, in the Console under <em>Station → Log</em> and as <code>station.fault</code> over the API.</p>
${macro(
  'table-filter',
  { column: 'Severity', default: '', hideControls: 'false' },
  {
    rich: table(
      ['Code', 'Name', 'Severity', 'What it means', 'What helps'],
      [
        [
          'E101',
          'No link',
          status('Red', 'high'),
          'Cable unplugged, port switched off, or no Wi-Fi in range',
          'Other cable, other port; nearer to the access point',
        ],
        [
          'E102',
          'No address',
          status('Red', 'high'),
          'The network gave no address within 60 seconds',
          'DHCP pool full? Ask for a reservation',
        ],
        [
          'E103',
          'Name not found',
          status('Yellow', 'medium'),
          'DNS does not know <code>ingest.eu.sorrelby.example</code>',
          'Allow outside names, or set a resolver on the set-up page',
        ],
        [
          'E104',
          'Clock is off',
          status('Yellow', 'medium'),
          'More than five minutes from network time; certificates are refused',
          'Open UDP 123 to <code>ntp.sorrelby.example</code>, or name a local time server',
        ],
        [
          'E105',
          'Encryption refused',
          status('Red', 'high'),
          'Something opens the encrypted connection on its way',
          page('Proxy and TLS inspection'),
        ],
        [
          'E106',
          'Belongs to another account',
          status('Yellow', 'medium'),
          'The Station was claimed before, often second-hand or a demo',
          'The earlier owner releases it; with proof of purchase we do',
        ],
        ['E107', 'SIM not registered', status('Yellow', 'medium'), 'S2L only', page('Station offline on LTE only')],
        [
          'E108',
          'Memory nearly full',
          status('Yellow', 'medium'),
          '900,000 of a million readings waiting',
          'Bring it online within three days',
        ],
        [
          'E109',
          'Too warm',
          status('Yellow', 'medium'),
          'Above 60&nbsp;°C inside',
          'Not above a radiator, not in the sun',
        ],
        [
          'E110',
          'Firmware not trusted',
          status('Red', 'critical'),
          'Signature check failed; the Station stays on its old version',
          'Do not restart. Second line at once',
        ],
      ],
    ),
  },
)}
<p>Several codes at once: begin with the lowest number. E104 often follows E103 by itself.</p>`,
  attachments: [
    {
      name: 'station-error-codes.json',
      mediaType: 'application/json',
      content: JSON.stringify(
        { version: '4.2', codes: ['E101', 'E102', 'E103', 'E104', 'E105', 'E106', 'E107', 'E108', 'E109', 'E110'] },
        null,
        2,
      ),
    },
  ],
}

const sensorCodes: SamplePage = {
  title: 'Sensor error codes (E2xx)',
  labels: ['error-codes', 'reference', 'sensors'],
  author: people.hardware,
  storage: `<p>Sensors report a code together with the reading that caused it. A reading with a code is kept but never counts for alerts, except E202 and E203, which raise a <em>sensor fault</em> alert of their own.</p>
${table(
  ['Code', 'Name', 'Sensors', 'What helps'],
  [
    [
      'E201',
      'Battery low',
      'all',
      `Below 2.9&nbsp;V, about four weeks left. ${page('Batteries: life, types and replacement')}`,
    ],
    ['E202', 'Probe open', 'Pip&nbsp;X', 'Plug not clicked in, or cable cut'],
    ['E203', 'Probe shorted', 'Pip&nbsp;X', 'Water in the plug: dry it for a day; else exchange the probe'],
    [
      'E204',
      'Out of range',
      'all',
      'Reading outside what the element can measure. The value is stored as <code>null</code>',
    ],
    ['E205', 'Pairing refused', 'all', 'Other Station or other radio region'],
    ['E206', 'Memory overrun', 'all', 'Not heard for 69 days at five minutes; the oldest readings were overwritten'],
    ['E207', 'Warming up', 'Pip&nbsp;C', 'Twenty minutes after a battery change. Normal'],
    ['E208', 'Opened', 'all', 'Case opened. The calibration is void until the next check'],
  ],
)}
${panel('info', `<p>E204 on a Pip&nbsp;T inside an ultra-low freezer is a wrong purchase, not a fault: it ends at &minus;40&nbsp;°C. Offer the exchange in ${page('Refunds and cancellations')}.</p>`)}
<h2>Several at once</h2>
${table(
  ['Together', 'Means'],
  [
    ['E202 and E203 in turns', 'Broken strand in the cable; it touches when the door moves'],
    [
      'E201 and E206',
      'Weak battery, so the sensor stopped calling the Station; change the cell, readings up to the overrun are still there',
    ],
    ['E204 and E208', 'Somebody exchanged the inner element. Not calibrated, not covered'],
    ['E207 every day', 'Loose battery contact: each restart begins a new warm-up'],
  ],
)}
<h2>For auditors</h2>
<p>Readings with a code appear in reports as a dash with the code beside it, and count as <em>missing</em>, not as an excursion. More than 5&nbsp;% missing in a period puts a remark on the first page.</p>`,
}

const cloudCodes: SamplePage = {
  title: 'Cloud and account error codes (E3xx)',
  labels: ['error-codes', 'reference', 'account'],
  author: people.developer,
  storage: `${table(
    ['Code', 'Where', 'Meaning', 'Who can solve it'],
    [
      ['E301', 'Inviting', 'All seats of the plan are taken', 'Owner: remove somebody or change the plan'],
      ['E302', 'Pairing', 'Sensor quota reached; pairing works, readings are kept for 14 days but not shown', 'Owner'],
      [
        'E303',
        'Everywhere',
        'An invoice is more than 30 days overdue. Alerts go on; changes are locked',
        `Billing desk, ${page('Invoices, VAT and purchase orders')}`,
      ],
      ['E304', 'Reports', 'More than 500,000 readings in one report', page('Reports are empty or late')],
      ['E305', 'Exports', 'The link is older than 48 hours', 'Ask for a new export'],
      [
        'E306',
        'Sign-in',
        'The directory sent an e-mail address that differs from the invited one',
        'Customer&rsquo;s IT: check the claim <code>email</code>',
      ],
      ['E307', 'API', 'Key revoked or its person removed', `Developer: ${page('Authentication', { space: 'DEV' })}`],
      [
        'E308',
        'Webhooks',
        'Switched off after 24 hours of failures',
        `Developer: ${page('Webhooks', { space: 'DEV' })}`,
      ],
    ],
  )}
<p>${include('excerpt-include', 'Snippet: support hours')}</p>
<h2>What to say</h2>
<p><strong>E303.</strong> Not &ldquo;you have not paid&rdquo;. Say: &ldquo;An invoice is still open, from 4&nbsp;March. Your alerts go on working. Shall I send it again?&rdquo; In three of four cases it went to somebody who has left.</p>
<p><strong>E306.</strong> Ask for the e-mail address on the page that refuses, letter by letter. An alias, a married name, a capital letter in the first place: the directory sends one, the invitation has the other.</p>
<p><strong>E302.</strong> Readings of the sensor above the quota are kept for 14&nbsp;days; whoever changes the plan within that time loses nothing.</p>`,
}

export const errorCodes: SamplePage = {
  title: 'Error codes',
  labels: ['error-codes', 'reference'],
  author: people.hardware,
  storage: `<p>The first digit says who is speaking:</p>
${list(['<strong>E1xx</strong>: the Station', '<strong>E2xx</strong>: a sensor', '<strong>E3xx</strong>: the Console, the API or the account'])}
${macro('children', { depth: '1', style: 'h4' })}
<p>A code that is not listed comes from firmware that is newer than this page. Tell ${page('Error codes', { text: 'this page' })}&rsquo;s owner, and look into the <ac:link><ri:page ri:space-key="DEV" ri:content-title="Errors" /><ac:link-body><em>API&rsquo;s</em> <strong>list of errors</strong></ac:link-body></ac:link> meanwhile.</p>`,
  children: [stationCodes, sensorCodes, cloudCodes],
}
