import { code, list, page, panel, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

export const phoneQuestions: SamplePage = {
  title: 'Forty questions from the telephone',
  labels: ['faq', 'training', 'reference'],
  author: people.onboarding,
  storage: `${toc(2)}
<p>Collected over a year by listening. Answers are short enough to be read out. Where a page says more, the link is there; send it afterwards, not instead.</p>
<h2>Before buying</h2>
<p><strong>How many sensors does a refrigerator need?</strong> One with a glycol vial. Two if it is taller than a person or has a freezer compartment.</p>
<p><strong>Will it work in our cellar?</strong> If a cordless phone works there, nearly always. Otherwise try: 60&nbsp;days to return everything. ${page('Radio range and repeaters')}</p>
<p><strong>Do we need a Station in each building?</strong> Yes, unless they share a wall.</p>
<p><strong>Can we use our old thermometers?</strong> No. Old Sorrelby sensors with a serial number that begins with P2, yes.</p>
<p><strong>Is there a version without the cloud?</strong> On the plan Campus readings can stay in the house; text messages and calls cannot be sent then. ${page('Local MQTT', { space: 'DEV' })}</p>
<p><strong>Who else can see our readings?</strong> Nobody, not even us, unless you switch support access on. ${page('Security and privacy FAQ')}</p>
<p><strong>What does it cost for one pharmacy?</strong> Typically four sensors on Ward: €26 a month and €420 once. ${page('Plans and prices')}</p>
<p><strong>Do you install it?</strong> Partners do, in eleven countries. Most customers need an hour and no partner.</p>
<h2>First days</h2>
<p><strong>Which light should be on?</strong> Green, blue, amber, all steady.</p>
<p><strong>Our Wi-Fi is not in the list.</strong> It is probably 5&nbsp;GHz only. The Station needs 2.4.</p>
<p><strong>The sensor blinks red three times.</strong> It still belongs to another Station. Hold the button 15&nbsp;seconds, then try again. ${page('Pair a sensor with a Station')}</p>
<p><strong>How long until I see something?</strong> The first reading within a minute, the first curve after an hour.</p>
<p><strong>What is the vial for?</strong> It makes the probe as slow as the goods, so that an open door does not wake you.</p>
<p><strong>Must the cable go through the door?</strong> Yes, on the hinge side; it is flat. Grease the seal.</p>
<p><strong>May the sensor lie in the freezer itself?</strong> Down to &minus;40&nbsp;°C. Below that only the probe.</p>
<h2>Alerts</h2>
<p><strong>Why did it ring only after ten minutes?</strong> That is the delay you, or the template, chose. ${page('Your first alert')}</p>
<p><strong>Can it ring at once?</strong> Set the delay to zero. You will hear every opened door.</p>
<p><strong>I answered, and it still says open.</strong> Answered means somebody cares. It closes when the temperature is back.</p>
<p><strong>Nobody answered. What happened?</strong> The next step in the list was called. Alert → Trail shows whom and when.</p>
<p><strong>Can it call a landline?</strong> Yes. Press&nbsp;1 to answer the alert.</p>
<p><strong>We are closed on Sunday.</strong> Goods are not. Put a duty phone into the rota for Sunday.</p>
<p><strong>Can I mute it while I defrost?</strong> Maintenance, up to four hours, with a reason. It stands in the audit trail.</p>
<h2>Readings and reports</h2>
<p><strong>There is a gap on Tuesday.</strong> Is it still there? Readings are delivered later, up to 69&nbsp;days. ${page('Sensor shows "No signal"')}</p>
<p><strong>May I delete a wrong reading?</strong> No. Write a note beside it; auditors like notes and dislike holes.</p>
<p><strong>The inspector wants the last three years.</strong> Reports → Custom → by month. More than 500,000 readings: hourly means, or an export.</p>
<p><strong>What is MKT?</strong> One temperature that would have harmed the goods as much as the real course. ${page('Glossary')}</p>
<p><strong>Was my vaccine harmed?</strong> We cannot say. Call the maker with the excursion report; its hotline is on the carton.</p>
${panel('warning', '<p>Never judge goods. Not &ldquo;that should be all right&rdquo;, not even when asked three times. Offer the report and stay friendly.</p>', 'The one answer we do not give')}
<h2>Money and contracts</h2>
<p><strong>Can I pay by invoice?</strong> Yes, yearly plans, from €200. ${page('Invoices, VAT and purchase orders')}</p>
<p><strong>I want to cancel.</strong> Settings → Account → Close. May I ask why? (Ask once.) ${page('Refunds and cancellations')}</p>
<p><strong>We bought too many.</strong> Send back what is within 60&nbsp;days; after that, pause sensors at half price.</p>
<p><strong>Does the plan go up by itself?</strong> Never. At the limit new sensors are not shown until an owner decides.</p>
<p><strong>We are a charity.</strong> 30&nbsp;% less. The billing desk needs your registration number.</p>
<h2>Things that break</h2>
<p><strong>It fell into the water bath.</strong> Battery out, dry for two days, try. Water is not covered; a kind price is.</p>
<p><strong>The cable is cut.</strong> New probe, €48 with certificate. The Pip stays.</p>
<p><strong>Which battery?</strong> Lithium, AA size, 3.6 volts. Not 1.5. ${page('Batteries: life, types and replacement')}</p>
<p><strong>Is it still under warranty?</strong> Station three years, Pip two, probe one. ${page('Warranty and returns (RMA)')}</p>
<p><strong>Can I post it back?</strong> Yes, without the battery.</p>
<p><strong>It shows E104.</strong> The clock. Ask your IT to open UDP 123, or to name a time server of your own:</p>
${code('none', 'Set-up page → Network → Time server → 10.0.0.2 → Save and restart')}
<p><strong>It shows E110.</strong> Please leave it as it is. I connect you at once.</p>
<p><strong>Are you a robot?</strong> No. (Laugh, if you like.)</p>
<h2>How often, in March</h2>
${table(
  ['Group', 'Calls', 'Answered from this page alone'],
  [
    ['Before buying', '160', '71&nbsp;%'],
    ['First days', '245', '83&nbsp;%'],
    ['Alerts', '207', '58&nbsp;%'],
    ['Readings and reports', '98', '49&nbsp;%'],
    ['Money', '190', '77&nbsp;%'],
    ['Things that break', '312', '64&nbsp;%'],
  ],
)}
${list(['New question twice in a week? Add it, keep the count in the title honest, and take out the rarest.'])}`,
}
