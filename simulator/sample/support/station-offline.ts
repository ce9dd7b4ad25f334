import { code, expand, list, page, panel, status, steps, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const afterRouter: SamplePage = {
  title: 'Station offline after a router change',
  labels: ['troubleshooting', 'network', 'station-s2'],
  author: people.oncall,
  storage: `<p>The provider swapped the router at the weekend, on Monday the Station is grey. It is nearly always one of three things.</p>
<h2>1. The Wi-Fi name or password changed</h2>
<p>The Station keeps trying the old one. Either give the new router the old name and password, or put the Station into set-up mode and choose again: ${page('Set up your first Station', { text: 'steps with Wi-Fi' })}.</p>
<h2>2. The new router offers one name for 2.4 and 5&nbsp;GHz</h2>
<p>Stations speak 2.4&nbsp;GHz. Routers that &ldquo;steer&rdquo; devices to 5&nbsp;GHz sometimes refuse the first three tries. Switch steering off, or make a second network for devices.</p>
<h2>3. The address range changed</h2>
<p>Only matters where the Station has a fixed address. Hold the button for five seconds, open the set-up page and choose <em>Address: automatic</em>.</p>
${panel('info', '<p>Sites with an old router that reserved <code>192.168.73.0/24</code> collide with the set-up network. Choose the other range with <em>Advanced → Set-up network</em>.</p>')}
<p>Afterwards the Station needs up to twenty minutes to send what it kept. The Console shows the backlog as a number beside the name.</p>
<h2>Words for the telephone</h2>
<p>&ldquo;Nothing is lost, your sensors remember. We only have to tell the Station the new password. Are you standing near it? Good. Hold the button on the back for five seconds and tell me when it blinks white.&rdquo; From there it takes four minutes. Do not ask whether the old router may come back; it is in a parcel.</p>`,
}

const onLte: SamplePage = {
  title: 'Station offline on LTE only',
  labels: ['troubleshooting', 'network', 'lte', 'station-s2l'],
  author: people.oncall,
  storage: `<p>For the S2L without a cable. Ask for the three lights and for the code on the set-up page.</p>
${table(
  ['Code', 'Cause', 'First aid'],
  [
    [
      'E107',
      'SIM not registered in the network',
      'Wait 30 minutes after the first start; then restart once. Not twice: the network blocks quick retries for an hour.',
    ],
    ['E101', 'No coverage', 'Move it to a window. Signal below −115 dBm is not enough for LTE-M.'],
    [
      'E105',
      'Firewall of a private mobile contract',
      'Only for customers with their own SIM: open the addresses in the table.',
    ],
  ],
)}
<h2>Read the modem</h2>
<p>On a laptop at the set-up page choose <strong>Diagnostics → Modem</strong>, or ask for the text:</p>
${code('none', 'RSRP  -104 dBm   (fair)\nRSRQ   -11 dB\nSINR     6 dB\nBAND    20\nREG      5  roaming\nAPN    iot.sorrelby')}
<p><code>REG 3</code> is a refusal by the network: send the SIM number to the second line, we have it re-registered within one working day. <code>REG 2</code> is still searching.</p>
${expand('Countries where roaming needs a manual switch', list(['Brazil, Türkiye and Nigeria limit permanent roaming to 90 days. We ship local SIMs there.', 'Switzerland: band 20 is weak in the mountains; the external antenna (part AN-3) adds about 6&nbsp;dB.']))}
<p>History of a large outage: <ac:link><ri:blog-post ri:space-key="OPS" ri:content-title="Post-mortem: LTE Stations in one region lost for six hours" ri:posting-day="2026/01/21" /></ac:link></p>`,
}

export const stationOffline: SamplePage = {
  title: 'Station is offline',
  labels: ['troubleshooting', 'network', 'station-s2'],
  author: people.oncall,
  storage: `<p>A Station counts as offline after 15&nbsp;minutes of silence. Sensors keep measuring and the Station keeps up to a million readings, so an outage of a few days costs <strong>no data</strong>, only the alerts of that time.</p>
<h2>Five minutes at the device</h2>
${steps([
  `Which lights are on? Compare with ${page('Lights and buzzer reference', { anchor: 'station-lights', text: 'the lights' })}.`,
  'Power light off: other socket, then other power supply. A phone charger with 2&nbsp;A does for a test.',
  'Network light off: other cable, other port of the switch. Look at the port&rsquo;s own light.',
  `Slow blue: it has an address but cannot reach us. Firewall, see ${page('Network requirements and firewall rules')}.`,
  'Steady blue, yet grey in the Console: wrong account, code E106.',
])}
<h2>By what happened before</h2>
${table(
  ['Before', 'Go to'],
  [
    ['New router, new provider, new Wi-Fi password', page('Station offline after a router change')],
    ['No cable, only mobile network', page('Station offline on LTE only')],
    ['IT introduced a web filter', page('Proxy and TLS inspection')],
    ['Firmware update in the last hour', `${page('Update firmware')} &mdash; wait ten minutes first`],
  ],
)}
<h2>Ask the Station itself</h2>
<p>From a machine on the same network:</p>
${code('powershell', 'Test-NetConnection ingest.eu.sorrelby.example -Port 443\nResolve-DnsName ntp.sorrelby.example\nInvoke-WebRequest http://192.168.1.40/status | Select-Object -Expand Content', { title: 'Windows', linenumbers: 'true', theme: 'Midnight' })}
<p>The answer of <code>/status</code> starts with a code. ${status('Yellow', 'E103')} is DNS, ${status('Yellow', 'E104')} the clock, ${status('Red', 'E110')} a firmware that was not signed: do not restart in that case, call the second line.</p>
${panel('note', '<p>Ten Stations of <em>different</em> customers at the same time are not ten cases. Look at the status page first.</p>')}
<h2>How long may it be offline?</h2>
${table(
  ['Sensors', 'Interval', 'Station keeps', 'Sensors keep besides'],
  [
    ['10', '5&nbsp;minutes', '347 days', '69 days'],
    ['30', '5&nbsp;minutes', '115 days', '69 days'],
    ['60', '5&nbsp;minutes', '57 days', '69 days'],
    ['40', '1&nbsp;minute', '17 days', '13 days'],
  ],
)}
<p>When it comes back it sends the newest reading of each sensor first, so that alerts work at once, and then the rest from old to new at about 2,000 readings a minute.</p>
<h2>On Linux or a Mac</h2>
${code('bash', 'nc -vz ingest.eu.sorrelby.example 443\ndig +short ntp.sorrelby.example\ncurl --max-time 5 http://192.168.1.40/status', { title: 'Linux, macOS' })}
<h2>Still grey after an hour</h2>
<p>Hand over with the lights, the code and the output above. If goods are at risk, put a spare Station on a phone&rsquo;s hotspot: sensors of the same site are heard by it when <em>Share radio</em> is on.</p>`,
  children: [afterRouter, onLte],
}
