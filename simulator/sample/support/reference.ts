import { expand, list, macro, page, panel, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

export const securityFaq: SamplePage = {
  title: 'Security and privacy FAQ',
  labels: ['security', 'privacy', 'faq'],
  author: people.compliance,
  storage: `${toc(2)}
<h2>Where is the data?</h2>
<p>EU customers: two data centres in Germany and Finland. US customers: Oregon and Ohio. Japan: Tokyo and Osaka. Readings never leave their region; support sees them only while the customer&rsquo;s consent is on.</p>
<h2>What personal data do you keep?</h2>
<p>Name, e-mail address, phone number if alerts go there, and the trail of answers. No location of people, no recordings of calls.</p>
<h2>How is it encrypted?</h2>
<p>On the radio with AES-128-CCM, a key per sensor, made at pairing. From the Station with TLS&nbsp;1.3 and a certificate per device. On disk with AES-256.</p>
<h2>Two-factor sign-in?</h2>
<p>Authenticator app or security key, for everyone, on every plan. Owners can demand it. Lost the phone? Ten recovery codes; without them see ${page('Change the account owner')}.</p>
<h2>Do you have a penetration test report?</h2>
<p>Every spring, by a different firm. The summary is free, the full report needs a signed NDA; ask the compliance officer. We also answer the usual questionnaires, at most 200 questions without charge.</p>
<h2>How do I report a weakness?</h2>
<p><a href="mailto:security@sorrelby.example">security@sorrelby.example</a>, with or without a name. First answer within one working day. We do not pursue people who stay within good faith.</p>
<h2>What if Sorrelby disappears?</h2>
<p>Stations speak open MQTT inside your network on the plan <em>Campus</em>: ${page('Local MQTT', { space: 'DEV' })}. The source of the local broker is with an escrow agent.</p>
${expand('Answers in one line each, for questionnaires', list(['Backups: daily, 35 days, restore tested monthly', 'Availability 2025: 99.98&nbsp;%', 'Sub-processors: hosting (3), text messages (2), e-mail (1), payment (1)', 'Staff with access to production: 9']))}
<h2>Which of your people can read our data?</h2>
<p>First line: nobody, unless your owner switches <em>Support access</em> on; it ends by itself after 24&nbsp;hours, and each look stands in your audit trail. Nine engineers can reach production for repairs, with two persons and a reason.</p>
<h2>How long do you keep it after we leave?</h2>
<p>Readings 90&nbsp;days, backups 35&nbsp;days longer, invoices ten years because tax law says so. The letter that confirms deletion comes without being asked.</p>
<h2>Do you use our readings to train anything?</h2>
<p>No. Forecasts (&ldquo;this compressor is getting tired&rdquo;) are computed from the sensor&rsquo;s own history, inside your region, and can be switched off.</p>`,
}

export const accessibility: SamplePage = {
  title: 'Accessibility of the Console and the app',
  labels: ['accessibility', 'faq'],
  author: people.translation,
  storage: `<p>We aim at WCAG&nbsp;2.2, level AA. Where we fall short, it is listed here, because people plan with it.</p>
<h2>Works</h2>
${list(['Everything by keyboard; <code>?</code> shows the shortcuts.', 'Screen readers: charts have a table twin behind the button <em>As table</em>.', 'Colours: state is always a word and a shape, never colour alone.', 'Alerts: vibration pattern, full-screen flash on phones, voice call with keypad answer.', 'Text up to 200&nbsp;% without loss.'])}
<h2>Does not work yet</h2>
${table(
  ['What', 'Way around', 'Planned'],
  [
    ['Drag and drop in the rota', 'Button <em>Move to…</em> in each row', 'done in 2026.3'],
    ['Floor plan with many sensors has a confusing order', 'List view', 'autumn 2026'],
    ['PDF reports carry no tags', 'Ask for HTML reports', '2027'],
  ],
)}
<h2>Hardware</h2>
<p>Lights differ by rhythm as well as colour. The Station speaks its code as beeps when the button is pressed twice: hundreds, tens, ones. E104 is one long, ten short (for zero), four short.</p>
${panel('tip', '<p>Support by relay service, in text chat and, in German and English, in simple language. Offer it; do not wait to be asked.</p>')}
<h2>Keyboard</h2>
${table(
  ['Key', 'Does'],
  [
    ['<code>g</code> then <code>s</code>', 'Stations'],
    ['<code>g</code> then <code>a</code>', 'Alerts'],
    ['<code>/</code>', 'search'],
    ['<code>t</code>', 'chart as table'],
    ['<code>i</code>', 'I take it'],
    ['<code>?</code>', 'this list'],
  ],
)}
<p>Shortcuts of one letter can be switched off in <em>My profile</em>, for those who dictate.</p>`,
}

export const glossary: SamplePage = {
  title: 'Glossary',
  labels: ['reference', 'glossary'],
  author: people.translation,
  storage: `<p>One word for one thing. Use these in tickets, so that search finds them.</p>
<dl><dt><strong>Alert</strong></dt><dd>What opens when a reading stays outside its limits for longer than the delay. Not &ldquo;alarm&rdquo;: that is the relay&rsquo;s siren.</dd>
<dt><strong>Answer</strong></dt><dd>Somebody takes an alert. Not &ldquo;acknowledge&rdquo;, which customers read as &ldquo;close&rdquo;.</dd>
<dt><strong>Backlog</strong></dt><dd>Readings that a Station or a sensor keeps until the line is back.</dd>
<dt><strong>Console</strong></dt><dd>The web application.</dd>
<dt><strong>Excursion</strong></dt><dd>The time outside the limits, with its extreme value. An alert has one excursion; an excursion may have no alert.</dd>
<dt><strong>Glycol vial</strong></dt><dd>Small bottle around the probe that makes it follow slowly, like the goods.</dd>
<dt><strong>Group</strong></dt><dd>Sensors that belong together, such as a room. Rights and reports go by group.</dd>
<dt><strong>Mean kinetic temperature (MKT)</strong></dt><dd>One temperature that would have harmed the goods as much as the real course did.<sup><ac:link ac:anchor="fn-mkt"><ac:plain-text-link-body><![CDATA[1]]></ac:plain-text-link-body></ac:link></sup></dd>
<dt><strong>Pip</strong></dt><dd>A sensor. T temperature, H humidity too, X external probe, C carbon dioxide, D door.</dd>
<dt><strong>Rota</strong></dt><dd>Who is on duty when.</dd>
<dt><strong>Station</strong></dt><dd>The bridge between sensors and Console. Not &ldquo;hub&rdquo;, not &ldquo;gateway&rdquo;.</dd></dl>
<hr />
<p>${macro('anchor', { '': 'fn-mkt' })}<sup>1</sup> Formula and an example: ${page('Formulas: dew point and mean kinetic temperature', { space: 'DEV' })}.</p>
<p>Translations of these words are kept in the spreadsheet <ac:link><ri:attachment ri:filename="glossary-translations.csv" /></ac:link>.</p>
<h2>Words that sound alike</h2>
${table(
  ['Not the same', 'Difference'],
  [
    ['accuracy and resolution', 'The display shows 0.1&nbsp;K; the sensor is right within 0.3&nbsp;K'],
    ['calibration and adjustment', 'Calibration finds the error, adjustment removes it'],
    ['validation and verification', 'Does it do what the user needs? Does it do what the paper says?'],
    ['offline and silent', 'Stations are offline, sensors are silent'],
    ['site and group', 'A site has an address and a time zone; a group has people'],
  ],
)}`,
  attachments: [
    {
      name: 'glossary-translations.csv',
      mediaType: 'text/csv',
      content:
        'en,de,fr,ja,ar\nAlert,Meldung,alerte,アラート,تنبيه\nSensor,Fühler,capteur,センサー,مستشعر\nStation,Station,Station,ステーション,المحطة\nRota,Dienstplan,tour de garde,当番表,جدول المناوبة\n',
    },
  ],
}

export const oldStation: SamplePage = {
  title: 'Station S1: end of support',
  status: 'archived',
  labels: ['station-s1', 'hardware', 'archived'],
  author: people.hardware,
  storage: `<p>Support for the Station S1 ended on <time datetime="2025-06-30" />. It still delivers readings; it gets no firmware and no replacement parts.</p>
<p>Exchange offer: 40&nbsp;% off an S2 against the S1&rsquo;s serial number, until the end of 2026. Sensors of the second generation (serial number begins with <code>P2</code>) can move over; those of the first cannot.</p>
<p>Set-up instructions are in the archived handbook: ${page('Station S1: set-up', { space: 'OLD' })}.</p>`,
}
