import { cdata, page } from './macros.ts'
import { people } from './people.ts'
import type { SampleSpace } from './types.ts'

/** The handbook of the first Station generation: old macro syntax, old habits, one page that was imported broken. */
export const archivedSpace: SampleSpace = {
  key: 'OLD',
  name: 'Handbook 2021 (archived)',
  type: 'global',
  status: 'archived',
  description: 'The handbook of Station S1. Kept for customers who still have one. Not maintained.',
  pages: [
    {
      title: 'Handbook 2021',
      labels: ['home', 'archived'],
      author: people.hardware,
      storage: `<ac:macro ac:name="warning"><ac:rich-text-body><p>This space is archived. The present handbook is ${page('Sorrelby Support Handbook', { space: 'SUP' })}.</p></ac:rich-text-body></ac:macro>
<p>Moved here in June 2025, when support for the Station S1 ended. Prices, addresses and phone numbers on these pages are <strong>wrong</strong> by now.</p>
<ac:macro ac:name="children"><ac:parameter ac:name="depth">1</ac:parameter></ac:macro>`,
      children: [
        {
          title: 'Station S1: set-up',
          labels: ['station-s1', 'archived', 'installation'],
          author: people.hardware,
          storage: `<ac:macro ac:name="toc" />
<h2>Connect</h2>
<p>The S1 has a network socket and no Wi-Fi. Plug it in, wait for two green lights, open <code>http://s1.local</code> on a computer in the same network, sign in as <code>admin</code> with the password on the label.</p>
<ac:macro ac:name="code"><ac:default-parameter>bash</ac:default-parameter><ac:plain-text-body>${cdata('ping s1.local\n# no answer? use the address from the list of the router')}</ac:plain-text-body></ac:macro>
<h2>Pair</h2>
<p>Sensors of the first generation pair by their number: <em>Sensors → New</em>, six digits. There is no button.</p>
<ac:macro ac:name="note"><ac:parameter ac:name="title">Clock</ac:parameter><ac:rich-text-body><p>The S1 loses its clock after two days without power. Set it by hand, or readings carry the year 2000. <ac:emoticon ac:name="sad" /></p></ac:rich-text-body></ac:macro>
<p>Questions: <ac:link><ri:user ri:userkey="8a7f808a7d5b2c91017d5b3e4f600012" /></ac:link>. Picture: <ac:image ac:alt="Station S1 from the front" ac:width="200"><ri:url ri:value="https://static.sorrelby.example/handbook-2021/s1-front.png" /></ac:image></p>`,
        },
        {
          title: 'Station S1: error codes',
          labels: ['station-s1', 'archived', 'error-codes'],
          author: people.hardware,
          storage: `<p>Two digits on the display. Newer Stations use other codes: ${page('Station error codes (E1xx)', { space: 'SUP' })}.</p>
<table><tbody><tr><th>Code</th><th>Meaning</th><th>Hint</th></tr><tr><td>01</td><td>No network</td><td rowspan="0">Read aloud on the phone; the display fades after a minute</td></tr><tr><td>02</td><td>No address</td></tr><tr><td>07</td><td>Clock lost</td></tr><tr><td>11</td><td>Memory full (20,000 readings)</td></tr><tr><td>19</td><td>Call us<br />(we never found out what it means)</td></tr></tbody></table>
<p>Linked from the old forum: <ac:link><ri:page ri:content-title="Forum rules 2019" /><ac:plain-text-link-body><![CDATA[forum rules]]></ac:plain-text-link-body></ac:link> (the page is gone).</p>`,
        },
        {
          title: 'Orders by fax',
          status: 'archived',
          labels: ['archived', 'shipping'],
          author: people.billing,
          storage: `<p><b>Imported from the wiki of 2016, <i>formatting not checked</b></i>
<p>Send the form to the number below. We call back within one day &amp; confirm the price.</p>
<ul><li>Station S1<li>Sensor, first generation</ul>
<p>Fax: +44 1632 960 770</p>`,
        },
      ],
    },
  ],
  blogPosts: [],
}
