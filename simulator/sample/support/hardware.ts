import { code, day, expand, include, list, macro, page, panel, status, steps, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import { network } from './network.ts'
import type { SamplePage } from '../types.ts'

const wiringSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><rect x="8" y="20" width="70" height="40" fill="none" stroke="#333"/><text x="20" y="44" font-size="12">Station</text><line x1="78" y1="40" x2="160" y2="40" stroke="#06c"/><rect x="160" y="20" width="70" height="40" fill="none" stroke="#333"/><text x="178" y="44" font-size="12">Relay</text></svg>\n'

const mounting: SamplePage = {
  title: 'Mount a Station on a wall or rack',
  labels: ['installation', 'hardware', 'station-s2'],
  author: people.hardware,
  storage: `<p>The Station weighs 214&nbsp;g. Two screws or two adhesive strips carry it; a magnet does not, because steel behind the antenna costs half the range.</p>
<h2>Wall</h2>
${steps([
  'Choose a spot between 1.5 and 2.2&nbsp;m, antenna upwards, at least 30&nbsp;cm from metal and from other radios.',
  'Clean the wall with the alcohol wipe and let it dry for five minutes.',
  'Drill 5&nbsp;mm, use the plugs in the bag, leave the heads 3&nbsp;mm out, hang the Station on and push down until it clicks.',
  'Lead the cable downwards with a loop so that water runs off.',
])}
<h2>Rack</h2>
<p>Use shelf part <code>RS-1</code> and the external antenna <code>AN-3</code>. Inside a closed rack the S2 hears about one sensor in five.</p>
<h2>Relay output</h2>
<p>The two-pole terminal switches up to 24&nbsp;V, 1&nbsp;A, for a siren or a building system. It closes when an alert opens and releases when the last one is answered.</p>
<ac:image ac:align="center" ac:width="240" ac:alt="Line drawing: Station connected to a relay"><ri:attachment ri:filename="wiring.svg" /></ac:image>
${panel('warning', '<p>Never connect mains voltage to the terminal. There is no isolation between it and the USB socket.</p>', '24 V at most')}
<h2>Cold rooms</h2>
<p>Mount the Station <s>inside with the lid taped</s> outside the cold room and lead the probes through. Condensation after defrosting is the most frequent cause of failures within the warranty; the table below is from our returns of 2025.</p>
${table(
  ['Place', 'Returned within a year'],
  [
    ['Dry room', '0.4&nbsp;%'],
    ['Cold room, outside', '0.6&nbsp;%'],
    ['Cold room, inside', '7.1&nbsp;%'],
  ],
)}`,
  attachments: [{ name: 'wiring.svg', mediaType: 'image/svg+xml', content: wiringSvg, comment: 'Relay, S2 and S2L' }],
}

const probes: SamplePage = {
  title: 'Probes for fridges, freezers and liquid nitrogen',
  labels: ['installation', 'hardware', 'probes'],
  author: people.hardware,
  storage: `<p>One Pip&nbsp;X, five probes. The Pip recognises the probe by a chip in its plug, so exchanging it needs no settings, only a new certificate.</p>
<table data-layout="wide"><colgroup><col style="width: 90px;" /><col style="width: 140px;" /><col style="width: 120px;" /><col style="width: 300px;" /></colgroup><tbody>
<tr><th><p>Part</p></th><th><p>Range</p></th><th><p>Cable</p></th><th><p>For</p></th></tr>
<tr><td><p>PT-10</p></td><td><p>&minus;50 … +100&nbsp;°C</p></td><td><p>2&nbsp;m flat</p></td><td><p>Refrigerators, freezers</p></td></tr>
<tr><td><p>PT-20</p></td><td><p>&minus;100 … +100&nbsp;°C</p></td><td><p>2&nbsp;m PTFE</p></td><td><p>Ultra-low freezers</p></td></tr>
<tr><td><p>PT-30</p></td><td><p>&minus;200 … +50&nbsp;°C</p></td><td><p>3&nbsp;m PTFE</p></td><td><ul><li><p>vapour phase of nitrogen tanks</p></li><li><p>dry shippers, with the short lid clip</p></li></ul></td></tr>
<tr><td><p>PT-40</p></td><td><p>0 … +200&nbsp;°C</p></td><td><p>1.5&nbsp;m silicone</p></td><td><p>Drying ovens</p></td></tr>
<tr><td><p>PT-50</p></td><td><p>&minus;20 … +60&nbsp;°C</p></td><td><p>1&nbsp;m</p></td><td><table><tbody><tr><th><p>Use</p></th><th><p>Depth</p></th></tr><tr><td><p>Water bath</p></td><td><p>80&nbsp;mm</p></td></tr><tr><td><p>Soil, compost</p></td><td><p>150&nbsp;mm</p></td></tr></tbody></table></td></tr>
</tbody></table>
<h2>Liquid nitrogen</h2>
${panel('warning', '<p>Work in pairs, with a room oxygen monitor, gloves and a face shield. Our sensors watch tanks; they are <strong>not</strong> a safety device for people.</p>')}
${steps([
  'Hang the PT-30 so that its tip is 30&nbsp;mm below the lowest rack, not in the liquid.',
  'Set the alert to −150&nbsp;°C with a delay of 15 minutes.',
  'Expect a short rise of up to 30&nbsp;K at each opening.',
])}
<h2>Cable lengths</h2>
<p>Three extension cables of 5&nbsp;m can be joined. Each adds 0.02&nbsp;K of uncertainty; the certificate says so when it was calibrated with them.</p>
${macro('view-file', { name: '<ri:attachment ri:filename="probe-datasheet.txt" />' })}`,
  attachments: [
    {
      name: 'probe-datasheet.txt',
      mediaType: 'text/plain',
      content:
        'PT-10  class A   t90 in water 9 s\nPT-20  class A   t90 in water 11 s\nPT-30  1/3 B     t90 in air 40 s\n',
    },
  ],
}

const batteries: SamplePage = {
  title: 'Batteries: life, types and replacement',
  labels: ['hardware', 'sensors', 'battery'],
  author: people.hardware,
  storage: `<p>Every Pip runs on <strong>one lithium cell, size AA, 3.6&nbsp;V</strong>. Ordinary AA cells have 1.5&nbsp;V: they fit, and the sensor stays dark. That is the most frequent battery ticket we have.</p>
${macro('excerpt', {}, { rich: '<p>At five minutes and +20&nbsp;°C a cell lasts about three years; at −30&nbsp;°C about fourteen months.</p>' })}
<h2>Life by interval and temperature</h2>
<table><tbody><tr><th><p>Interval</p></th><th><p>+20&nbsp;°C</p></th><th><p>+5&nbsp;°C</p></th><th><p>&minus;30&nbsp;°C</p></th></tr><tr><th><p>1&nbsp;min</p></th><td><p>11 months</p></td><td><p>10 months</p></td><td><p>5 months</p></td></tr><tr><th><p>5&nbsp;min</p></th><td><p>36 months</p></td><td><p>31 months</p></td><td><p>14 months</p></td></tr><tr><th><p>15&nbsp;min</p></th><td><p>60 months</p></td><td><p>54 months</p></td><td><p>22 months</p></td></tr></tbody></table>
<h2>Change the cell</h2>
${steps([
  'Have the new cell ready: the clock runs on for 40&nbsp;seconds without one.',
  'Open the lid with a coin, a quarter turn to the left.',
  'Plus side towards the button. Close until the two dots meet.',
  'Press the button: a green blink ends the job. Memory and pairing stay.',
])}
<p>Changing the cell does not void the calibration; opening the <em>inner</em> case does (E208).</p>
${panel('note', `<p>Lithium cells travel under rules of their own, even a single spare: ${page('Shipping and lithium batteries')}. Why we changed the maker in 2026 is told in the <ac:link><ri:blog-post ri:content-title="How we chose the new battery" ri:posting-day="2026/02/05" /></ac:link>.</p>`)}
<h2>Disposal</h2>
<p>Tape the poles and hand the cell in at a collection point. In the EU every shop that sells batteries takes them back.</p>`,
  comments: [
    {
      kind: 'footer',
      author: people.billing,
      storage: '<p>Part number for the pack of ten, since customers ask on the phone: <code>BAT-AA36-10</code>.</p>',
    },
  ],
}

const firmware: SamplePage = {
  title: 'Update firmware',
  labels: ['hardware', 'firmware', 'station-s2'],
  author: people.hardware,
  storage: `${toc()}
<p>Stations update themselves between 02:00 and 04:00 local time, sensors follow over the radio, five at a time. Current versions, ${day('2026-03-12')}:</p>
<p>Station ${status('Green', '4.2.1')} &nbsp; Pip ${status('Green', '2.9.0')} &nbsp; last version without known faults: Station ${status('Grey', '4.1.6')}</p>
<h2>Before</h2>
${list(['No open alerts on the Station: an update waits until they are answered, at most a week.', 'On the plan <em>Campus</em> a change window can be set; outside it nothing happens.', 'Validated sites: switch off automatic updates and use the steps below, with the form of your quality department.'])}
<h2>By hand</h2>
${steps([
  'Console → Station → <strong>Firmware → Update now</strong>. Two persons are asked on validated sites.',
  'The lights go out for up to 90 seconds. <strong>Leave the power on.</strong>',
  'Afterwards the log shows <code>boot ok</code> and the new version.',
])}
<h2>Without internet</h2>
<p>Copy the signed file to a USB stick formatted with FAT32, put it into the service socket, hold the button while plugging in the power.</p>
${code(
  'bash',
  `sha256sum s2-4.2.1.fwp
# compare with the value on the download page, then
cp s2-4.2.1.fwp /media/STICK/update.fwp && sync`,
  { title: 'Prepare the stick', collapse: 'false' },
)}
<h2>Back to the version before</h2>
<p>The Station keeps one older version and goes back to it by itself when it cannot reach us within 30 minutes of an update. To force it: hold the button for 20 seconds at power-on.</p>
${expand('E110 after an update', `<p>The signature did not fit. That is either a damaged download or something worse; treat it as a security case: ${page('Runbook: security report from a customer', { space: 'OPS' })}.</p>`)}
<h2>Which versions belong together</h2>
${table(
  ['Station', 'Pip from', 'Pip to', 'Remark'],
  [
    ['4.2', '2.5', '2.9', 'random wait before a new registration (S2L)'],
    ['4.1', '2.3', '2.8', 'last version without known faults: 4.1.6'],
    ['4.0', '2.3', '2.7', 'do not use: night buzzer'],
    ['3.x', '2.0', '2.4', 'no signatures over the radio; update soon'],
  ],
)}
<h2>Sensors that do not follow</h2>
<p>A sensor updates only above 3.1&nbsp;V and with two bars or more. The Console lists the others under <em>Firmware → Waiting</em> with the reason. A new battery, or a walk to the Station, is all they need. Never more than five at a time: the radio is busy enough.</p>`,
}

const radio: SamplePage = {
  title: 'Radio range and repeaters',
  labels: ['hardware', 'radio', 'sensors'],
  author: people.hardware,
  storage: `<p>Plan with 120&nbsp;m in the open and 30&nbsp;m indoors, then measure. ${include('excerpt-include', 'Batteries: life, types and replacement')}</p>
<h2>What walls cost</h2>
${table(
  ['Obstacle', 'Loss', 'Of 30 m are left'],
  [
    ['Plasterboard', '3&nbsp;dB', '24&nbsp;m'],
    ['Brick, 12&nbsp;cm', '8&nbsp;dB', '16&nbsp;m'],
    ['Reinforced concrete', '18&nbsp;dB', '8&nbsp;m'],
    ['Insulated steel panel (cold room)', '25&nbsp;dB', '4&nbsp;m'],
    ['Metal-coated window', '22&nbsp;dB', '5&nbsp;m'],
  ],
)}
<h2>Signal bars</h2>
<p>Bars show the mean of the last twelve packets: four above &minus;85&nbsp;dBm, three above &minus;95, two above &minus;105, one above &minus;115. Two bars are enough for years; one bar means gaps at shift change, when people stand in the way.</p>
<h2>Repeaters</h2>
${list(['A repeater is a Pip in the plug-in case RP-1; it needs mains.', 'Up to three repeaters per Station, never in a row of more than two.', 'It adds four seconds to an alert.', 'Sensors choose their way anew every hour. After moving furniture wait that long before you judge.'])}
<h2>Capacity</h2>
<p>60 sensors at five minutes, 40 at one minute, 25 at one minute with one repeater. The Console warns from 80&nbsp;% on.</p>
${macro('gliffy', { name: 'radio-plan-example', macroId: '3c2f0e7a', displayName: 'Radio plan, two floors' })}
<h2>Measure a place in four minutes</h2>
${steps(['Console → Station → <strong>Range test</strong>; the Station sends every two seconds.', 'Carry a Pip to the place, close the door, wait one minute.', 'Read the bars in the app: the lowest of 30 packets counts, not the mean.', 'Ask somebody to stand in front of it. People cost 3 to 6&nbsp;dB.'])}
<h2>Neighbours on the same frequency</h2>
<p>Weather stations, car keys and smart meters share 868&nbsp;MHz. Pips listen before they speak and change among three channels; a burst of silence once a day is a meter and costs no reading. If loss is above 5&nbsp;% for a week, second line can read the noise from the Station&rsquo;s log (<code>noise_dbm</code>): below &minus;100 is quiet, above &minus;90 look for a source.</p>`,
  attachments: [
    {
      name: 'radio-plan-example',
      mediaType: 'application/json',
      content:
        '{"contentType":"application/gliffy+json","stage":{"objects":[{"id":1,"text":"Station"},{"id":2,"text":"Repeater"}]}}\n',
    },
  ],
}

/** Below a folder of its own, since the pages have no common text. */
export const hardware: SamplePage = {
  title: 'Installation and hardware',
  kind: 'folder',
  storage: '',
  children: [mounting, network, probes, batteries, firmware, radio],
}
