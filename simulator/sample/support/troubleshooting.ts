import { code, expand, list, macro, marked, page, panel, status, steps, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import { jumpyTracePng } from '../files.ts'
import { errorCodes } from './error-codes.ts'
import { knownIssues } from './known-issues.ts'
import { stationOffline } from './station-offline.ts'
import type { SamplePage } from '../types.ts'

const triage: SamplePage = {
  title: 'Start here: the triage tree',
  labels: ['troubleshooting', 'triage'],
  author: people.lead,
  storage: `<p>Four questions find the right page in nine cases out of ten. Ask them in this order; do not skip the first because the customer sounds certain.</p>
<ac:layout><ac:layout-section ac:type="two_equal" ac:breakout-mode="default"><ac:layout-cell>
<h2>1. Is the Station online?</h2><p>Console → Stations. A grey name has not been heard for 15&nbsp;minutes.</p><p>${status('Red', 'no')} → ${page('Station is offline')}</p>
<h2>2. Is it one sensor or many?</h2><p>${status('Yellow', 'one')} → ${page('Sensor shows "No signal"')}<br />${status('Red', 'many')} → radio or Station: ${page('Radio range and repeaters')}</p>
</ac:layout-cell><ac:layout-cell>
${macro(
  'panel',
  { title: 'Safety first', bgColor: '#fffae6', borderColor: '#ff8b00', titleBGColor: '#ffe380', titleColor: '#172b4d' },
  {
    rich: `<p>Is product at risk <em>right now</em>? Then move the goods first, ask questions later.</p>${expand('What to tell the caller', '<p>&ldquo;Please put the goods in the back-up refrigerator and note the time. I stay on the line.&rdquo; Write the time into the ticket; the insurer will want it.</p>')}`,
  },
)}
</ac:layout-cell></ac:layout-section><ac:layout-section ac:type="three_with_sidebars"><ac:layout-cell><p>&nbsp;</p></ac:layout-cell><ac:layout-cell>
<h2>3. Are readings there, but odd?</h2><p>Jumps, flat lines, plateaus at &minus;200 or +850 → ${page('Readings jump or look wrong')}</p>
<h2>4. Are readings fine, but nobody was told?</h2><p>→ ${page('Alerts do not arrive')}</p>
</ac:layout-cell><ac:layout-cell><p>&nbsp;</p></ac:layout-cell></ac:layout-section></ac:layout>
<p>The same as a diagram, to print out:</p>
${macro(
  'plantuml',
  { atlassian_macro_output_type: 'INLINE' },
  {
    plain:
      '@startuml\nstart\nif (Station online?) then (no)\n  :Station is offline;\n  stop\nelseif (many sensors?) then (yes)\n  :Radio range;\n  stop\nelseif (readings odd?) then (yes)\n  :Readings jump;\n  stop\nelse (no)\n  :Alerts do not arrive;\n  stop\nendif\n@enduml',
  },
)}
<p>Still unsure? Collect the ${page('Snippet: before you contact us', { text: 'five facts' })} and hand over to the second line.</p>`,
  comments: [
    {
      kind: 'footer',
      author: people.oncall,
      storage: '<p>Question 1 saved us two hours on Sunday. The caller was sure it was the sensor.</p>',
    },
  ],
}

const noSignal: SamplePage = {
  title: 'Sensor shows "No signal"',
  labels: ['troubleshooting', 'sensors', 'radio'],
  author: people.hardware,
  storage: `<p>&ldquo;No signal&rdquo; appears after three missed intervals. The sensor goes on measuring: it holds 20,000 readings, which is 69&nbsp;days at five minutes, and delivers them when it is heard again. <strong>Nothing is lost yet</strong>; say so first.</p>
<h2>Decide by the light</h2>
${table(
  ['You press the button once and see', 'It means', 'Do this'],
  [
    [
      'one green blink',
      'heard by the Station',
      'Wait one interval. If the Console still shows no signal, restart the Station.',
    ],
    [
      'one amber blink',
      'alive, not heard',
      `Carry it to within two metres of the Station and press again. Green there: it is range, see ${page('Radio range and repeaters')}.`,
    ],
    ['one red blink', 'battery below 2.9&nbsp;V', page('Batteries: life, types and replacement')],
    ['nothing', 'no power', 'Take the battery out, press the button for 10 seconds, put it back.'],
  ],
)}
<h2>Typical causes</h2>
${list([
  'Somebody moved a steel cabinet. Ask what changed in the room since the last reading.',
  'The freezer was replaced and the new door is metal all round.',
  'A repeater was unplugged by the cleaners: it shows as offline with the same time stamp.',
  'A sensor was dropped. Rattling means the battery holder broke: warranty case.',
])}
${panel('note', '<p>Do not un-pair as a first step. Un-pairing clears the memory, and with it the readings that nobody has seen.</p>', 'Keep the memory')}
<h2>One sensor, always the same hour</h2>
<p>A gap every day between 06:00 and 06:30 is a person, a trolley or a machine, not a fault. Floor polishers with a strong motor are the classic; parked beside the Station they hide everything behind them. Compare the gap with the cleaning plan before you exchange anything.</p>
<h2>Many sensors in one cold room</h2>
<p>When a door with a metal curtain closes, signal drops by 20 to 25&nbsp;dB. Sensors retry for three minutes with rising strength, which costs battery: a sensor that lives on its last bar empties its cell in half the time. Put a repeater outside the panel and lead its antenna cable through the drain, or place a second Station nearby.</p>
<h2>What second line needs</h2>
${list(['Serial numbers of the sensor <em>and</em> of one neighbour that works', 'Colour of the blink, standing at its usual place', 'Bars over the last 30 days (screenshot of the curve <em>Signal</em>)', 'What is between sensor and Station, as a sketch if need be'])}`,
}

const jumpy: SamplePage = {
  title: 'Readings jump or look wrong',
  labels: ['troubleshooting', 'sensors', 'calibration'],
  author: people.hardware,
  storage: `<p>Look at the last 24&nbsp;hours before anything else. The shape tells the cause.</p>
<ac:image ac:align="left" ac:width="360" ac:alt="A trace that steps up and down between two lines"><ri:attachment ri:filename="jumpy-trace.png" /><ac:caption><p>Steps of exactly 20&nbsp;K: a loose probe plug</p></ac:caption></ac:image>
<dl><dt>Steps of 15&ndash;25 K within one interval</dt><dd>Loose plug. Push the probe until it clicks; code <code>E202</code> appears in between.</dd><dt>Constant −200 °C</dt><dd>Short circuit in the probe (<code>E203</code>). Exchange the probe, not the Pip.</dd><dt>Constant +850 °C</dt><dd>Open circuit: cable cut, often at the hinge.</dd><dt>Saw teeth every 6 to 8 hours</dt><dd>Defrost cycle of the appliance. Normal. Make the alert&rsquo;s delay longer than the tooth.</dd><dt>Slow drift over weeks</dt><dd>Door seal, or a compressor that is getting tired. Compare with a second sensor.</dd></dl>
<h2>Compare with a reference</h2>
${steps([
  'Stir crushed ice and a little water in a vacuum flask for five minutes.',
  'Put the probe in the middle for ten minutes. It must read 0.0&nbsp;°C ± 0.3&nbsp;K.',
  `Off by more? Open a ticket with the label <code>calibration</code>; see ${page('Calibration certificates')}.`,
])}
<p>Expected uncertainty of one reading, with calibration <em>u<sub>c</sub></em>, resolution <em>u<sub>r</sub></em> and drift <em>u<sub>d</sub></em>:</p>
${macro('mathblock', {}, { plain: 'U = 2 \\sqrt{u_c^2 + u_r^2 + u_d^2}' })}
<p>For a Pip&nbsp;X at &minus;80&nbsp;°C that is ${macro('mathinline', { body: 'U \\approx 0.24\\,\\mathrm{K}' })}.</p>`,
  attachments: [
    { name: 'jumpy-trace.png', mediaType: 'image/png', content: jumpyTracePng, encoding: 'base64' },
    {
      name: 'jumpy-trace.csv',
      mediaType: 'text/csv',
      content:
        'time,celsius\n2026-02-03T04:00:00Z,-78.9\n2026-02-03T04:05:00Z,-58.9\n2026-02-03T04:10:00Z,-79.0\n2026-02-03T04:15:00Z,-58.8\n',
    },
  ],
}

const alerts: SamplePage = {
  title: 'Alerts do not arrive',
  labels: ['troubleshooting', 'alerts', 'sev-1'],
  author: people.oncall,
  storage: `${panel('warning', `<p>Two or more customers with this within one hour is a <strong>Sev 1</strong>. Stop here and open ${page('Runbook: alerts are delayed (Sev 1)', { space: 'OPS', text: 'the runbook' })}.</p>`)}
${toc(2)}
<h2>Was an alert raised at all?</h2>
<p>Console → Alerts → History. If the alert is not in the list, the limit was never crossed for as long as the delay. Show the customer the delay: <em>in half of all cases that is the answer</em>.</p>
<h2>Was it sent?</h2>
<p>Open the alert → <strong>Trail</strong>. Each line is one message with its state:</p>
${table(
  ['State', 'Meaning', 'Next'],
  [
    [
      status('Blue', 'queued'),
      'Waiting for its turn, normally under two seconds',
      'Older than 60 seconds: tell the on-call engineer',
    ],
    [
      status('Green', 'delivered'),
      'The mail server or the phone network took it',
      'Spam folder, do-not-disturb mode, wrong number',
    ],
    [status('Red', 'refused'), 'The other side said no; the reason stands beside it', 'Correct the address'],
    [status('Purple', 'skipped'), 'The person was off duty in the rota', 'Correct the rota'],
    [status('Grey', 'suppressed'), 'Same alert within the quiet time', 'Shorten the quiet time'],
  ],
)}
<h2>Per channel</h2>
<h3>E-mail</h3><p>Ask the customer&rsquo;s IT to accept <code>alerts@sorrelby.example</code> and our sending range. Greylisting delays the first mail of a day by five to fifteen minutes.</p>
<h3>Text message</h3><p>Some networks block messages with links. Switch off <em>Include link</em> in the profile.</p>
<h3>Voice call</h3><p>The number shown is ${marked('+44 1632 960 771')}. It must be in the phone&rsquo;s contacts as a favourite, else night mode mutes it.</p>
<h3>App</h3><p>Battery optimisation on phones puts the app to sleep. The app&rsquo;s <em>Health</em> page has a button that opens the right setting.</p>
<h3>Webhook</h3><p>See ${page('Webhooks', { space: 'DEV' })}: a receiver that answers with anything but 2xx for 24&nbsp;hours is switched off (${page('Cloud and account error codes (E3xx)', { text: 'E308' })}).</p>
<h2>Questions that find the cause fastest</h2>
${steps(['Which alert do you mean? Open it together; agree on its number.', 'When did you look, and on which device? People remember the evening before.', 'Did anybody else get it? If yes, it is the person&rsquo;s channel, not the alert.', 'Was the phone in night mode, abroad, or switched to a new SIM?'])}
<h2>When we are the cause</h2>
<p>Say so, name the times, and do not wait for the post-mortem. Write the incident number into the ticket; refunds follow by themselves from it (${page('Refunds and cancellations')}).</p>`,
  comments: [
    {
      kind: 'inline',
      selection: '+44 1632 960 771',
      author: people.translation,
      storage: '<p>Does the number differ for callers in Japan?</p>',
      replies: [
        {
          author: people.oncall,
          storage: '<p>Yes, it is listed in the regional notes. I would rather not repeat it here.</p>',
        },
      ],
    },
  ],
}

const lights: SamplePage = {
  title: 'Lights and buzzer reference',
  labels: ['troubleshooting', 'reference', 'hardware'],
  author: people.hardware,
  storage: `<p>${macro('anchor', { '': 'station-lights' })}Station S2 and S2L, firmware 4.0 and later. Older firmware blinks twice as fast; the meaning is the same.</p>
<table data-layout="default"><tbody><tr><th><p>Light</p></th><th><p>Pattern</p></th><th><p>Meaning</p></th></tr>
<tr><td rowspan="3"><p>Power</p></td><td><p>steady green</p></td><td><p>on mains</p></td></tr><tr><td><p>slow amber</p></td><td><p>on the built-in battery; four hours left when full</p></td></tr><tr><td><p>fast red</p></td><td><p>under 30 minutes left</p></td></tr>
<tr><td rowspan="4"><p>Network</p></td><td><p>off</p></td><td><p>no link (E101)</p></td></tr><tr><td><p>slow blue</p></td><td><p>has an address, cannot reach us (E103, E105)</p></td></tr><tr><td><p>steady blue</p></td><td><p>connected</p></td></tr><tr><td><p>white blinking</p></td><td><p>set-up mode</p></td></tr>
<tr><td rowspan="2"><p>Radio</p></td><td><p>steady amber</p></td><td><p>all sensors heard in the last interval</p></td></tr><tr><td><p>blinking amber</p></td><td><p>pairing, or at least one sensor missing</p></td></tr></tbody></table>
<h2>Buzzer</h2>
${list(['One short: button accepted.', 'Two short every minute: an alert is open. Press the button to silence it for an hour.', 'One long: shutting down, battery empty.'])}
<p>Since firmware 4.2 the buzzer is 6&nbsp;dB quieter between 22:00 and 06:00 local time: <ac:link><ri:blog-post ri:content-title="Station firmware 4.2: a quieter buzzer and a faster reconnect" ri:posting-day="2026/03/12" /><ac:plain-text-link-body><![CDATA[release note]]></ac:plain-text-link-body></ac:link>.</p>
<h2>Sensors</h2>
${table(
  ['Light on button press', 'Pip'],
  [
    ['one green', 'heard by a Station'],
    ['one amber', 'alive, not heard'],
    ['one red', 'battery below 2.9&nbsp;V'],
    ['two green', 'just paired'],
    ['three red', 'pairing refused'],
    ['blue, slowly', 'ready for pairing'],
    ['white, one second', 'restart'],
  ],
)}
<h2>Cannot tell colours apart?</h2>
<p>Each state has a rhythm of its own. Green answers are <em>short</em>, amber are <em>long</em>, red comes in threes. In the app, <em>Read light</em> uses the camera and speaks the result.</p>`,
}

const reports: SamplePage = {
  title: 'Reports are empty or late',
  labels: ['troubleshooting', 'reports'],
  author: people.compliance,
  storage: `<p>Reports are made at 05:00 in the <em>site&rsquo;s</em> time zone and sent when all Stations of the site have delivered, at the latest at 09:00.</p>
<h2>Empty</h2>
${list([
  'The group in the report&rsquo;s settings has no sensors any more. Renamed groups keep their sensors; deleted ones do not.',
  'The period lies before the sensor was paired.',
  'A filter &ldquo;only excursions&rdquo; is on, and there were none. That is good news; switch on <em>Say so when empty</em>.',
])}
<h2>Late</h2>
<p>A Station that was offline overnight holds the report back. The mail at 09:00 then names the gap in red. When the Station comes back, the report is made again with the suffix <code>-rev2</code>; auditors prefer that to a silent change.</p>
<h2>Too large</h2>
<p>Code <code>E304</code> means more than 500,000 readings. Choose hourly means, or fetch raw readings over the API:</p>
${code(
  'bash',
  `curl --fail --header "Authorization: Bearer $SORRELBY_KEY" \\
  "https://api.sorrelby.example/v1/exports" \\
  --json '{"group":"pharmacy","from":"2026-01-01","to":"2026-03-31","format":"csv"}'`,
  { title: 'Ask for an export' },
)}
<p>See ${page('Exports', { space: 'DEV' })} for the answer and how to wait for it.</p>
<h2>Which report for whom?</h2>
${table(
  ['Reader', 'Report', 'Interval'],
  [
    ['Pharmacist', '<em>Month</em>, one page per appliance, with signature', 'monthly'],
    ['Authority', '<em>Excursions</em>, with reason and measure', 'on request'],
    ['Technician', '<em>Appliance health</em>: compressor hours, defrosts, door', 'quarterly'],
    ['Sponsor of a study', '<em>Custom</em>, sealed, times with offset', 'per shipment'],
  ],
)}
<p>Reports can be signed by one or two persons. The second signature waits at most 30&nbsp;days; after that the report is made again, so that nobody signs what nobody remembers.</p>`,
}

export const troubleshooting: SamplePage = {
  title: 'Troubleshooting',
  labels: ['troubleshooting'],
  author: people.lead,
  storage: `<p>Symptoms first, codes second. Customers read symptoms; only installers read codes.</p>
${macro('pagetree', { root: '<ac:link><ri:page ri:content-title="Troubleshooting" /></ac:link>', startDepth: '2', expandCollapseAll: 'true', searchBox: 'true' })}
<p>Open hardware faults that may explain a case:</p>
${macro('jira', { server: 'System Jira', serverId: '4f0b6c1e-7d2a-3b95-8e1c-92a5d3f7060b', columns: 'key,summary,status,updated', maximumIssues: '10', jqlQuery: 'project = HW AND labels = field-fault AND resolution is EMPTY ORDER BY updated DESC' })}`,
  children: [triage, stationOffline, noSignal, jumpy, alerts, errorCodes, lights, reports, knownIssues],
}
