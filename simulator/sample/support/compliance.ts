import { certificatePdf } from '../files.ts'
import { code, expand, list, macro, page, panel, status, steps, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const certificates: SamplePage = {
  title: 'Calibration certificates',
  labels: ['calibration', 'compliance'],
  author: people.compliance,
  storage: `<p>Each probe comes with a certificate at three points, traceable to a national standard, made in our laboratory that works after ISO/IEC&nbsp;17025. It is in the Console under <em>Sensor → Certificates</em> from the day of pairing.</p>
<h2>How long is it good for?</h2>
<p>We <strong>recommend</strong> twelve months. The period is the customer&rsquo;s decision; the Console reminds 60, 30 and 7&nbsp;days before and shows ${status('Yellow', 'due')} and ${status('Red', 'overdue')}. Overdue sensors keep alerting.</p>
<h2>Order a recalibration</h2>
${steps([
  'Console → <strong>Calibration → Order</strong>. Tick the sensors; swap sensors are on by default.',
  'Swap sensors arrive with fresh certificates. Put them in place, press <em>Swap</em>: name, limits and history move over.',
  'Send the old ones back in the same box within 14 days.',
])}
<h2>Read a certificate</h2>
${table(
  ['Line', 'Example', 'Means'],
  [
    ['Reference', '&minus;80.00&nbsp;°C', 'True value in the bath'],
    ['Reading', '&minus;79.97&nbsp;°C', 'What the Pip showed'],
    ['Error', '+0.03&nbsp;K', 'Reading minus reference'],
    ['U (k = 2)', '0.15&nbsp;K', 'Uncertainty, 95&nbsp;% coverage'],
  ],
)}
<p>Sample to look at (not valid for audits):</p>
${macro('view-file', { name: '<ri:attachment ri:filename="sample-certificate.pdf" />', height: '250' })}
<p>Or as a download: <ac:link><ri:attachment ri:filename="sample-certificate.pdf" /><ac:plain-text-link-body><![CDATA[sample certificate (PDF)]]></ac:plain-text-link-body></ac:link>. The points for a nitrogen probe differ, see the <ac:link><ri:attachment ri:filename="probe-datasheet.txt"><ri:page ri:content-title="Probes for fridges, freezers and liquid nitrogen" /></ri:attachment><ac:plain-text-link-body><![CDATA[probe data sheet]]></ac:plain-text-link-body></ac:link>.</p>
<h2>Questions of auditors</h2>
<p><strong>Why three points?</strong> They enclose the range in use: for a refrigerator probe &minus;10, +5 and +25&nbsp;°C, for an ultra-low freezer &minus;90, &minus;80 and &minus;20&nbsp;°C. Other points on request, €18 each.</p>
<p><strong>Is the whole chain calibrated?</strong> Yes: probe and Pip together, in a bath, read over the radio as in use. Exchanging one of them ends the certificate of both.</p>
<p><strong>Do you adjust?</strong> Only when the error exceeds half of the tolerance. The certificate then shows values <em>before</em> and <em>after</em>.</p>
<p><strong>What if the old sensor was out of tolerance?</strong> You get a letter within two working days, with the time since the last good point, so that you can judge your goods. It happened to 6 of 11,400 probes in 2025.</p>`,
  attachments: [
    {
      name: 'sample-certificate.pdf',
      mediaType: 'application/pdf',
      content: certificatePdf,
      encoding: 'base64',
      comment: 'Sample',
    },
  ],
}

const auditTrail: SamplePage = {
  title: 'Audit trail and electronic signatures',
  labels: ['compliance', 'security', 'reports'],
  author: people.compliance,
  storage: `${toc(2)}
<h2>What is recorded</h2>
<p>Every change of a limit, a delay, a rota, a name, a role, a calibration and a signature: who, when (UTC and site time), old value, new value, reason. Records cannot be changed or deleted, by us neither.</p>
<h2>Signing</h2>
${list(['A signature asks for the password again, or for the second factor.', 'Meaning is chosen from a list: <em>reviewed</em>, <em>approved</em>, <em>rejected</em>.', 'A report that is made again after signing carries a new number; the old one stays with its signature.'])}
<h2>Rules it helps with</h2>
${table(
  ['Rule', 'What we provide', 'What stays with you'],
  [
    ['21 CFR Part 11', 'Signatures, audit trail, retention for ten years', 'Procedures, training records, validation'],
    ['EU GMP Annex 11', 'The same, and a supplier questionnaire', 'Risk assessment'],
    ['EU GDP 2013/C 343/01', 'Mapping reports, excursion records', 'Decision about the goods'],
  ],
)}
${panel('note', '<p>Never write &ldquo;is compliant&rdquo; to a customer. A product cannot be; a customer&rsquo;s process can. Write &ldquo;supports&rdquo;.</p>', 'Careful with words')}
<h2>Validation pack</h2>
<p>Customers on <em>Campus</em> get 34 test scripts and our own filled-in copy. The list of scripts:</p>
${macro('attachments', { patterns: '.*csv', upload: 'false', old: 'false' })}
<h2>Read the trail</h2>
${code('none', '2026-03-04T09:12:44Z  limit.changed   pip_3hX9  high 8.0 -> 9.0  by usr_12  reason "defrost test"\n2026-03-04T11:30:02Z  limit.changed   pip_3hX9  high 9.0 -> 8.0  by usr_12  reason "test over"\n2026-03-05T07:55:10Z  report.signed   rep_771   approved         by usr_30')}
<p>Filters: person, sensor, kind, period. <em>Export → sealed</em> gives a file with a checksum per line that includes the line before; a removed line shows.</p>
<h2>When somebody leaves</h2>
<p>Names in old records stay as they were written. A request to erase a person&rsquo;s data does not reach them: the duty to keep records is stronger, and the answer to give is in the compliance officer&rsquo;s reply macros.</p>`,
  attachments: [
    {
      name: 'validation-scripts.csv',
      mediaType: 'text/csv',
      content:
        'id,title,minutes\nIQ-01,Station identity and version,10\nOQ-07,Alert reaches all steps of the rota,35\nOQ-12,Audit trail shows old and new value,15\nPQ-03,Power failure for two hours,150\n',
    },
    {
      name: 'U\u0308bersicht-Ku\u0308hlkette.csv',
      mediaType: 'text/csv',
      content: 'Ort;Grenze\nLager;2-8\n',
      comment: 'File name in decomposed form, as some computers upload it',
    },
    { name: 'Übersicht-Kühlräume.csv', mediaType: 'text/csv', content: 'Raum;Fühler\nK1;9\nK2;15\n' },
  ],
}

const mapping: SamplePage = {
  title: 'Temperature mapping of a cold room',
  labels: ['compliance', 'calibration', 'best-practice'],
  author: people.compliance,
  storage: `<p>Mapping finds the warmest and the coldest place of a room, so that the two permanent sensors sit where they matter. Do it empty, loaded, in summer and in winter.</p>
<h2>How many loggers</h2>
<p>Up to 20&nbsp;m<sup>3</sup>: nine, in two layers and the middle. Above: one more per 10&nbsp;m<sup>3</sup>, and one at each door and evaporator. For a room of volume <em>V</em> in m<sup>3</sup>:</p>
${macro('mathblock', {}, { plain: 'n = 9 + \\left\\lceil \\frac{V - 20}{10} \\right\\rceil + d + e' })}
<h2>Procedure</h2>
${steps([
  'Rent kit MK-15 with fresh certificates, or use your own sensors at one-minute intervals.',
  'Place them by the plan below; write each serial number on the plan.',
  'Run for 24 hours (48 with a shift pattern), with one door opening of ten minutes and one power failure of your choosing.',
  'Console → Reports → <strong>Mapping</strong> does the rest: mean, extremes, and the mean kinetic temperature.',
])}
<h2>Plan</h2>
<table data-layout="default"><tbody><tr><th><p>Layer</p></th><th><p>Left</p></th><th><p>Middle</p></th><th><p>Right</p></th></tr><tr><th><p>Top</p></th><td><p>L1</p></td><td data-highlight-colour="#ffebe6"><p>L2 (warmest)</p></td><td><p>L3</p></td></tr><tr><th><p>Centre</p></th><td colspan="3" style="text-align: center;"><p style="text-align: center;">L4 &nbsp; L5 &nbsp; L6</p></td></tr><tr><th><p>Floor</p></th><td data-highlight-colour="#deebff"><p>L7 (coldest)</p></td><td><p>L8</p></td><td><p>L9</p></td></tr></tbody></table>
${expand('Acceptance, in words to copy', '<p>All positions remained between 2&nbsp;°C and 8&nbsp;°C during normal operation. Position L2 recovered within 11 minutes after the door had been open for ten.</p>')}
<p>The permanent sensors then go to L2 and L7: ${page('Place sensors so that readings mean something')}.</p>
<h2>Reading the result</h2>
<p>Look at three numbers: the <strong>spread</strong> between positions at the same moment (good below 2&nbsp;K), the <strong>swing</strong> of one position over a day (good below 3&nbsp;K), and the <strong>recovery</strong> after the door (good below 15&nbsp;minutes). A large spread is a matter of air: baffles, fans, stacking. A large swing is the controller. A slow recovery is the seal, or too much warm goods at once.</p>
<h2>When to map again</h2>
${list(['after moving or exchanging the evaporator, racks, or the door', 'after a season in which an alert came from a place nobody expected', 'every three years in any case; many authorities ask for it'])}`,
}

export const compliance: SamplePage = {
  title: 'Calibration and compliance',
  labels: ['compliance'],
  author: people.compliance,
  storage: `<p>What auditors ask for, and where it is. Support answers questions about the product here; questions about the customer&rsquo;s own procedures go to their quality department.</p>
${macro('children', { sort: 'title' })}
<h2>Pages about calibration anywhere in this space</h2>
${macro('contentbylabel', { cql: 'label = "calibration" and space = currentSpace()', max: '10', showLabels: 'false', sort: 'title' })}`,
  children: [certificates, auditTrail, mapping],
}
