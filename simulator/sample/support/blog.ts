import { list, macro, page, panel, status, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SampleBlogPost } from '../types.ts'

export const supportBlog: SampleBlogPost[] = [
  {
    title: 'Station firmware 4.2: a quieter buzzer and a faster reconnect',
    labels: ['release-notes', 'firmware', 'station-s2'],
    postedOn: '2026-03-12',
    author: people.hardware,
    storage: `<p>Firmware 4.2 has been on one Station in ten since Monday and goes to all from tonight.</p>
<h2>New</h2>
${list([
  'The buzzer is 6&nbsp;dB quieter between 22:00 and 06:00. Several wards had taped it shut, which also closes the air slots.',
  'After a power failure the Station is back in 35 seconds (before: 110). It keeps the last address and asks for a new one later.',
  'Wi-Fi: WPA3-Personal.',
])}
<h2>Mended</h2>
${table(
  ['Ticket', 'Fault', 'Seen since'],
  [
    ['HW-398', 'Network light stayed blue for ten minutes after the cable was pulled', '4.0'],
    ['HW-405', 'Readings of repeaters counted twice in the capacity figure', '4.1'],
    ['HW-411', 'Set-up page showed a wrong date in February', '3.0'],
  ],
)}
<h2>Known</h2>
<p>On routers with aggressive band steering the first join can take three minutes: ${page('Station offline after a router change')}.</p>
<p>To update by hand see ${page('Update firmware')}. To stay on 4.1.6 ask before tonight.</p>`,
  },
  {
    title: 'Console 2026.3: rota without a mouse, reports in site time',
    labels: ['release-notes', 'console', 'accessibility'],
    postedOn: '2026-04-02',
    author: people.lead,
    storage: `<p>${status('Green', 'live')} for all regions since 06:00 UTC.</p>
<h2>What customers will notice</h2>
${list([
  'Rota: every row has a button <em>Move to…</em>. Dragging still works.',
  'Reports say in their first line which time zone they use. This was wrong in certificates for three weeks: see <ac:link><ri:blog-post ri:space-key="OPS" ri:content-title="Post-mortem: certificates printed with the wrong time zone" ri:posting-day="2026/03/27" /><ac:link-body>the <em>post-mortem</em></ac:link-body></ac:link>.',
  'Alert history can be filtered by the person who answered.',
  'Dark mode follows the device.',
])}
<h2>What they will ask</h2>
<p><strong>&ldquo;Where is the old report form?&rdquo;</strong> Gone, after a year of notice. The new one opens old templates.</p>
<p><strong>&ldquo;Why are my times different?&rdquo;</strong> They were in UTC before and are in site time now; the readings are the same.</p>
${macro('widget', { url: '<ri:url ri:value="https://video.sorrelby.example/watch/console-2026-3" />', width: '480', height: '270' })}`,
  },
  {
    title: 'How we chose the new battery',
    labels: ['hardware', 'battery', 'background'],
    postedOn: '2026-02-05',
    author: people.hardware,
    storage: `<p>Since January new Pips carry a cell from a different maker. Customers noticed the colour, so here is the story in a form you may share.</p>
<p>We ran 240 cells of four makers for fourteen months: a third at +20&nbsp;°C, a third at +5&nbsp;°C, a third at &minus;30&nbsp;°C, each with a load that imitates a radio packet every minute.</p>
${table(
  ['Maker', 'Months at −30 °C', 'Worst cell', 'Price'],
  [
    ['A (old)', '12.1', '7.4', '100&nbsp;%'],
    ['B', '14.6', '13.8', '104&nbsp;%'],
    ['C', '15.0', '6.2', '88&nbsp;%'],
    ['D', '11.3', '10.9', '79&nbsp;%'],
  ],
)}
<p>C had the best mean and the worst cell. An average does not wake anybody at night; the worst cell does. We took <strong>B</strong>.</p>
<blockquote><p>&ldquo;The worst one in the box is the one you ship.&rdquo; &mdash; note on the test bench</p></blockquote>
<p>Life by interval: ${page('Batteries: life, types and replacement')}.</p>`,
  },
  {
    title: 'Heat wave advice for customers, summer edition',
    labels: ['best-practice', 'alerts', 'seasonal'],
    postedOn: '2026-06-18',
    author: people.lead,
    storage: `<p>Above 32&nbsp;°C outside, tickets double. 🥵 Use this text in chats; translations follow tomorrow.</p>
${panel('tip', '<p>Refrigerators in warm rooms run at their limit. Clean the grille at the back, leave a hand of space to the wall, and open the door less often and for shorter. Please do <em>not</em> widen the alert limits: they protect the goods, not the compressor.</p>')}
<h2>What we see in the readings</h2>
${list(['Saw teeth get longer: the compressor hardly rests.', 'Pip C drifts by up to 0.1&nbsp;% CO<sub>2</sub> above 35&nbsp;°C room temperature. Within its limits.', 'Stations above lamps report E109.'])}
<p>Numbers of last July: 1,914 alerts on 11&nbsp;% of sites, 40 batches lost, none without an alert.</p>
<p>Placement rules: ${page('Place sensors so that readings mean something')}.</p>`,
  },
]
