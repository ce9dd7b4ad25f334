import { expand, jiraIssue, list, page, panel, status, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const open = status('Red', 'open')
const around = status('Yellow', 'way around')
const mended = status('Green', 'mended')

export const knownIssues: SamplePage = {
  title: 'Known issues',
  labels: ['troubleshooting', 'known-issue', 'reference'],
  author: people.hardware,
  storage: `${toc(2)}
<p>Faults that we know, with what to tell customers until they are mended. A line stays here for half a year after it has been mended, because old firmware lives long. Search by the words a customer would use; the words are in the first column on purpose.</p>
${panel('note', `<p>Not in the list? Look at the shape of the case with ${page('Start here: the triage tree')} first. Three tickets with the same new symptom within a week make a line here.</p>`)}
<h2>Stations</h2>
${table(
  ['What the customer says', 'What it is', 'State', 'What to do'],
  [
    [
      '&ldquo;It beeps at night although nothing is wrong&rdquo;',
      'Firmware 4.0 beeps when a <em>muted</em> alert closes',
      mended,
      'Update to 4.1 or later',
    ],
    [
      '&ldquo;The Station is online but the clock in the log is two hours off&rdquo;',
      'The log on the set-up page uses UTC without saying so',
      around,
      'Readings are right. The Console shows site time',
    ],
    [
      '&ldquo;Every first of the month it goes offline for ten minutes&rdquo;',
      'Some firewalls renew all sessions then; firmware before 4.2 waits too long',
      mended,
      'Update to 4.2',
    ],
    [
      '&ldquo;It does not find our Wi-Fi, the phone does&rdquo;',
      'Channel 12 or 13, and a Station of the US region',
      around,
      'Set the access point to channel 1, 6 or 11',
    ],
    [
      '&ldquo;The set-up page asks for a password, there is none&rdquo;',
      'The browser remembers a sign-in of another device at the same address',
      around,
      'Private window, or the address with <code>?fresh</code>',
    ],
    [
      '&ldquo;After a power cut the lights are right, but no readings for an hour&rdquo;',
      'Repeaters start slower than the Station; sensors look for a way only once an hour',
      open,
      `Press each sensor&rsquo;s button once. ${jiraIssue('HW-419')}`,
    ],
    [
      '&ldquo;The battery of the Station lasts one hour, you promised four&rdquo;',
      'The built-in cell ages; below 50&nbsp;% after about four years',
      open,
      'Offer the exchange at cost, in warranty for free',
    ],
  ],
)}
<h2>Sensors</h2>
${table(
  ['What the customer says', 'What it is', 'State', 'What to do'],
  [
    [
      '&ldquo;The new battery is empty after a week&rdquo;',
      'Ordinary 1.5&nbsp;V cell, or a lithium cell of 3.0&nbsp;V',
      around,
      page('Batteries: life, types and replacement'),
    ],
    [
      '&ldquo;It says 85.0 degrees for one reading a day&rdquo;',
      'Power-on value of the chip in probes made before 2023',
      mended,
      'Pip 2.7 filters it. Old readings keep it',
    ],
    [
      '&ldquo;Humidity is stuck at 99.9&rdquo;',
      'Condensation on the element after defrosting',
      around,
      'Dry for two hours at room temperature; no hair dryer',
    ],
    [
      '&ldquo;The door sensor counts openings twice&rdquo;',
      'Magnet too far away: 8&nbsp;mm at most',
      around,
      'Use the 3&nbsp;mm spacer in the bag',
    ],
    [
      '&ldquo;CO₂ is 0.3 too high every Monday&rdquo;',
      'Automatic baseline expects fresh air once a week; the incubator never has any',
      around,
      'Switch off <em>Baseline</em> in the sensor&rsquo;s settings',
    ],
    [
      '&ldquo;Signal is good, yet readings come only every 15 minutes&rdquo;',
      'Saving mode below 3.0&nbsp;V, by design since 2.8',
      open,
      'Change the battery; a hint in the Console is planned',
    ],
    [
      '&ldquo;The display is blank in the cold room&rdquo;',
      'Pip&nbsp;H display stops at 0&nbsp;°C. Measuring goes on',
      around,
      'Say so before they buy',
    ],
  ],
)}
<h2>Console and app</h2>
${table(
  ['What the customer says', 'What it is', 'State', 'What to do'],
  [
    [
      '&ldquo;I get the alert twice&rdquo;',
      'Person is in the rota and in the group',
      around,
      'Take the person out of one of them',
    ],
    [
      '&ldquo;The report has one day missing in March&rdquo;',
      'Change to summer time: the day has 23 hours, and the bar was drawn outside',
      mended,
      'Make the report again',
    ],
    [
      '&ldquo;I cannot sign in any more since my name changed&rdquo;',
      'The directory sends the new e-mail address: E306',
      around,
      page('Cloud and account error codes (E3xx)'),
    ],
    [
      '&ldquo;The app shows old readings&rdquo;',
      'Battery optimisation of the phone',
      around,
      'App → Health → <em>Let it run</em>',
    ],
    [
      '&ldquo;The map of our floor is upside down&rdquo;',
      'Photos with a rotation mark',
      open,
      'Rotate and save the picture before uploading',
    ],
    [
      '&ldquo;The test call works, the real one does not&rdquo;',
      'Test ignores the rota. The person was off duty',
      around,
      'Look at the trail: <em>skipped</em>',
    ],
    [
      '&ldquo;Exported times have a Z at the end&rdquo;',
      'That is UTC, and meant so',
      around,
      'Spreadsheet: use the column <em>local</em>',
    ],
  ],
)}
<h2>Not a fault</h2>
${list([
  'A refrigerator that swings by 3&nbsp;K does what its thermostat was built for.',
  'Two sensors side by side may differ by twice their uncertainty, 0.6&nbsp;K for the Pip&nbsp;T.',
  'A sensor that was carried from the cold room to the desk needs 20&nbsp;minutes.',
  'Alerts during a planned defrost: use <em>Maintenance</em>, up to four hours, with a reason.',
])}
${expand('How a line gets on this page', '<p>First-line agents add it with state <em>open</em>. The hardware specialist or a developer adds the cause within two working days, or takes it off with a reason. The page is read aloud in the Thursday meeting; that takes six minutes and has twice found the same cause behind two lines.</p>')}`,
}
