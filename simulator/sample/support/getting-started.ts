import {
  code,
  day,
  expand,
  include,
  list,
  macro,
  marked,
  page,
  panel,
  status,
  steps,
  table,
  tasks,
  toc,
  user,
} from '../macros.ts'
import { people } from '../people.ts'
import { stationFrontPng } from '../files.ts'
import type { SamplePage } from '../types.ts'

const inTheBox: SamplePage = {
  title: 'What is in the box',
  labels: ['getting-started', 'hardware', 'station-s2'],
  author: people.hardware,
  storage: `${toc(2)}
<p>Every starter kit leaves our warehouse sealed and weighed. If something is missing, send a photo of the <strong>kit label</strong> (the white sticker under the lid) with the ticket: the label carries the packing weight, so we can tell within a minute whether the part was ever in there.</p>
<h2>Starter kit SK-2</h2>
<table data-layout="default"><colgroup><col style="width: 90.0px;" /><col style="width: 320.0px;" /><col style="width: 240.0px;" /></colgroup><tbody>
<tr><th><p>Quantity</p></th><th><p>Part</p></th><th><p>Easy to overlook</p></th></tr>
<tr><td><p>1</p></td><td><p>Station S2 (Ethernet and Wi-Fi) or S2L (with LTE-M)</p></td><td><p>The S2L has a grey dot beside the power socket</p></td></tr>
<tr><td><p>1</p></td><td><p>Power supply, 5&nbsp;V 2&nbsp;A, USB-C, with three plug adapters</p></td><td><p>Adapters sit under the cardboard tray</p></td></tr>
<tr><td><p>3</p></td><td><p>Pip&nbsp;T sensors, battery fitted</p></td><td><p>The pull tab must come out before pairing</p></td></tr>
<tr><td><p>1</p></td><td><p>Pip&nbsp;X with a PT1000 probe on 2&nbsp;m of flat cable</p></td><td><p>The glycol vial is in a bag of its own</p></td></tr>
<tr><td colspan="3"><p>Screws, four adhesive strips, a calibration card with a QR code, and a leaflet in six languages</p></td></tr>
</tbody></table>
<h2>Before you throw the carton away</h2>
${list([
  'Keep the calibration card. A second copy costs nothing, but an auditor will ask for the original first.',
  `Keep the carton for 30&nbsp;days: a return without it is possible, see ${page('Warranty and returns (RMA)')}, yet slower.`,
  'Write the serial number of the Station on the leaflet. You need it when the label is behind a wall bracket.',
])}
<p>The front of the Station looks like this when all is well: power green, network blue, radio amber.</p>
<ac:image ac:align="center" ac:layout="center" ac:width="288" ac:original-width="96" ac:original-height="64" ac:alt="Front of a Station S2 with three lights: green, blue and amber"><ri:attachment ri:filename="station-front.png" /><ac:caption><p>Station S2, all three lights steady</p></ac:caption></ac:image>
<h2>Other kits</h2>
${table(
  ['Kit', 'For', 'Differs from SK-2'],
  [
    ['SK-2L', 'Places without a network socket', 'Station S2L, SIM fitted, antenna AN-3'],
    ['VK-4', 'Vaccination points', 'four Pip&nbsp;X with vials, printed log sheets, no Pip&nbsp;T'],
    ['IK-2', 'Incubators', 'two Pip&nbsp;C, calibration gas voucher'],
    ['MK-15', 'Mapping, for rent', 'fifteen Pip&nbsp;T with fresh certificates, in a hard case'],
  ],
)}
<h2>Missing or broken on arrival</h2>
<p>Replace first, ask second. Up to €60 of parts any agent sends at once; the packing weight is checked afterwards and only for statistics. Broken in transit: two photos, see ${page('Shipping and lithium batteries')}.</p>`,
  attachments: [
    { name: 'station-front.png', mediaType: 'image/png', content: stationFrontPng, encoding: 'base64' },
    {
      name: 'packing-list-SK-2.csv',
      mediaType: 'text/csv',
      content:
        'part,quantity,grams\nStation S2,1,214\nPower supply,1,96\nPip T,3,141\nPip X with probe,1,118\nFixings bag,1,37\nLeaflet,1,22\n',
      comment: 'Weights from the packing line',
    },
  ],
}

const firstStation: SamplePage = {
  title: 'Set up your first Station',
  labels: ['getting-started', 'station-s2', 'network'],
  author: people.onboarding,
  storage: `${panel('info', '<p>Allow ten minutes. You need a free network socket or the Wi-Fi password (2.4&nbsp;GHz only), and an account with the role <em>Owner</em> or <em>Installer</em>.</p>')}
${macro('excerpt', { hidden: 'false', 'atlassian-macro-output-type': 'INLINE' }, { rich: '<p>The Station is the bridge between your sensors and the Console: it listens on the radio, keeps up to a million readings while the line is down, and sends them on as soon as it can.</p>' })}
<h2>With a network cable</h2>
${steps([
  'Plug the cable in first, then the power. The power light turns green after about 20&nbsp;seconds.',
  'Wait for the network light: <strong>slow blue</strong> means it has an address, <strong>steady blue</strong> means it has reached us.',
  'In the Console choose <strong>Stations → Add</strong> and type the eight characters from the label, for instance <code>S2-7K4Q-91TD</code>.',
  'Give it a name that a night porter would understand: &ldquo;Pharmacy, ground floor&rdquo;, not &ldquo;GW-01&rdquo;.',
])}
<h2>With Wi-Fi</h2>
${steps([
  'Hold the button on the back for five seconds until the network light blinks white.',
  'On your phone join the network <code>Sorrelby-</code> followed by the last four characters of the label. The password is on the label too.',
  'Open <code>http://192.168.73.1</code>, choose your network, type its password and press <em>Save and restart</em>.',
])}
${panel('warning', '<p>Networks with a sign-in page (hotels, guest Wi-Fi) do not work. Ask the local IT for a device network, or use the S2L.</p>', 'No captive portals')}
<h2>If the light stays off</h2>
<p>Follow ${page('Station is offline')}. Most first-day cases are a firewall: the list of addresses is in ${page('Network requirements and firewall rules', { anchor: 'addresses', text: 'the address table' })}.</p>
${expand('What the Station does during its first two minutes', `<p>It draws an address by DHCP, sets its clock by NTP, fetches a device certificate, and downloads firmware if the shelf stock is more than two versions behind. The order matters: without a correct clock the certificate is refused (${page('Station error codes (E1xx)', { text: 'E104' })}).</p>`)}
<hr />
<p>Next: ${page('Pair a sensor with a Station')}.</p>
<h2>What the installer should write down</h2>
${table(
  ['What', 'Why', 'Where it goes'],
  [
    ['Serial number and wall', 'Labels vanish behind cabinets', 'Console → Station → Note'],
    ['Port of the switch or name of the Wi-Fi', 'The first question of the next outage', 'the same note'],
    ['Who may restart it at night', 'Porters ask before they touch', 'rota, field <em>On site</em>'],
    ['Photo with the door open', 'Shows metal, lamps and other radios', 'attach to the note'],
  ],
)}
<h2>Moving a Station later</h2>
<p>Pull the plug, carry it, plug it in. Sensors find their way again within an hour, or at once when you press their button. Nothing has to be paired again. If the Station goes to another <em>site</em> of the same account, change the site in the Console first: reports go by site, and readings that arrive before the change count for the old one.</p>
<h2>Two Stations in one place</h2>
<p>Allowed and useful: sensors that are paired with one Station are also heard by the other when <em>Settings → Site → Share radio</em> is on. Readings arrive once, whichever way they took. With two Stations on different power circuits a fuse does not silence the pharmacy.</p>`,
  comments: [
    {
      kind: 'footer',
      author: people.hardware,
      storage:
        '<p>Customers with PoE switches keep asking. The S2 has no PoE; a splitter to USB-C with 5&nbsp;V 2&nbsp;A works, and we tested the passive kind too: do <strong>not</strong> use it.</p>',
      replies: [
        {
          author: people.onboarding,
          storage:
            '<p>Thanks, I will add a line to the installation page instead of here, since it is not a first-day question.</p>',
        },
      ],
    },
  ],
}

const pairing: SamplePage = {
  title: 'Pair a sensor with a Station',
  labels: ['getting-started', 'sensors', 'pairing'],
  author: people.onboarding,
  storage: `<p>Pairing takes under a minute per sensor. Do it on a table with the Station in sight, then carry the sensors to their places. ${include('excerpt-include', 'Set up your first Station')}</p>
<h2>Steps</h2>
${steps([
  'In the Console open the Station and press <strong>Pair</strong>. The radio light blinks amber for 120&nbsp;seconds.',
  'Pull the tab out of the battery compartment, or take the battery out and put it back.',
  'Hold the sensor&rsquo;s button for <u>three seconds</u>. It blinks blue; let go.',
  'Two green blinks: paired. Three red blinks: refused. The reason is in the Station&rsquo;s log within ten seconds.',
  `Repeat while the radio light still blinks. ${marked('Up to 60 sensors')} fit on one Station.`,
])}
<h2>When it is refused</h2>
${table(
  ['Blinks', 'Reason', 'What to do'],
  [
    [
      'Three red',
      `The sensor belongs to another Station (${page('Sensor error codes (E2xx)', { text: 'E205' })})`,
      'Remove it there, or hold the button for 15 seconds to clear it. Readings that were not sent yet are lost.',
    ],
    [
      'Three red, pause, one red',
      'Radio region differs (a sensor bought in the US and a Station bought in the EU)',
      `Exchange it free of charge within 60 days: ${page('Regional notes')}`,
    ],
    [
      'No light at all',
      'Tab still in, or battery flat after long storage',
      page('Batteries: life, types and replacement'),
    ],
  ],
)}
${panel('tip', `<p>Pairing many sensors? Print the sheet from <strong>Stations → Labels</strong> first. It holds a barcode per sensor; the app scans all of them in one go. <ac:emoticon ac:name="light-on" ac:emoji-shortname=":bulb:" ac:emoji-id="1f4a1" ac:emoji-fallback="💡" /></p>`)}
<h2>Check list for the installer</h2>
${tasks([
  { body: 'Every sensor shows a reading that is younger than 10 minutes', done: true },
  { body: 'Names carry the room number' },
  { body: `Hand-over signed by ${user(people.hardware)} or the site&rsquo;s owner` },
  { body: `First look at the signal bars a week later, at the latest ${day('2026-10-05')}` },
])}
<h2>Move a sensor to another Station</h2>
${steps(['Wait until its backlog is zero: the number beside the name in the Console.', 'Console → Sensor → <strong>Move</strong>, choose the Station.', 'Press the button of the sensor within two minutes. Name, limits and history stay with it.'])}
<p>Without the first step the readings that still sit in the sensor are delivered to the new Station, which is fine within one account and impossible between two.</p>
<h2>Exchange a broken sensor</h2>
<p>Pair the new one, then <strong>Sensor → Replace with…</strong>. The curve goes on without a break; a thin line marks the day of the exchange, and the certificate of the old sensor stays with its part of the history.</p>`,
  comments: [
    {
      kind: 'inline',
      selection: 'Up to 60 sensors',
      author: people.developer,
      storage: '<p>Is that still right for one-minute intervals?</p>',
      replies: [{ author: people.hardware, storage: '<p>At one minute it is 40. I added it to the radio page.</p>' }],
      resolved: true,
    },
  ],
}

const placing: SamplePage = {
  title: 'Place sensors so that readings mean something',
  labels: ['getting-started', 'sensors', 'best-practice'],
  author: people.hardware,
  storage: `<p>A good sensor in a bad place is worse than none: people stop believing the alerts. These are the rules our installers follow.</p>
<h2>Refrigerators</h2>
<ul><li><p>Middle shelf, a hand&rsquo;s breadth from the back wall, never in the door.</p></li><li><p>Use the glycol vial for anything that stands in for a product:</p><ul><li><p>air warms within seconds when the door opens,</p></li><li><p>a 10&nbsp;ml vial follows in about six minutes,</p><ol><li><p>which is close to a vaccine carton,</p></li><li><p>and slow enough to ignore a nurse taking one box out.</p></li></ol></li></ul></li><li><p>Lead the flat cable through the hinge side; grease the seal with a little silicone.</p></li></ul>
<h2>Freezers at &minus;80&nbsp;°C</h2>
<p>Keep the <strong>Pip&nbsp;X outside</strong> and only the probe inside. The electronics stop at &minus;40&nbsp;°C. Frost on the cable is normal; ice in the connector is not &mdash; a drip loop prevents it.</p>
<h2>Incubators</h2>
<p>Mount the Pip&nbsp;C on the middle shelf with the membrane facing down. Humidity above 95&nbsp;% shortens the CO<sub>2</sub> cell&rsquo;s life from five years to about two.</p>
<h2>Rooms</h2>
${table(
  ['Room', 'Height', 'Keep away from'],
  [
    ['Store room', '1.5&nbsp;m', 'windows, radiators, the lamp above the desk'],
    [
      'Cold room',
      `two sensors: 0.5&nbsp;m and 2.0&nbsp;m (see ${page('Temperature mapping of a cold room')})`,
      'the evaporator&rsquo;s air stream',
    ],
    ['Server room', 'front of the rack, upper third', 'the exhaust side'],
  ],
)}
<blockquote><p>If you would not put your own hand there to feel how warm it is, do not put the sensor there.</p></blockquote>
<p>One number to remember: metal shelving costs about <span style="color: rgb(191,38,0);">a third of the radio range</span>. Details in ${page('Radio range and repeaters')}.</p>
<h2>A week later</h2>
<p>Look at the curve of one full week before you trust it. It should show nights (flat), working days (small teeth at each opening) and one defrost pattern that repeats. If nights look like days, the probe hangs in the air stream; if openings do not show at all, it is frozen to the wall.</p>
<h2>Mistakes we find again and again</h2>
${list(['Probe taped to the shelf&rsquo;s metal: reads the metal, half a degree colder than the goods.', 'Vial lying on its side: empty after a month.', 'Sensor on top of the refrigerator &ldquo;because it is in the way inside&rdquo;.', 'Two sensors in one vial, to compare them: they warm each other by 0.1&nbsp;K.'])}`,
}

const firstAlert: SamplePage = {
  title: 'Your first alert',
  labels: ['getting-started', 'alerts'],
  author: people.onboarding,
  storage: `<p>An alert has four parts: a <em>limit</em>, a <em>delay</em>, a <em>list of people</em> and a <em>next step</em> if nobody answers.</p>
<h2>Recommended limits</h2>
<table data-layout="wide"><tbody><tr><th rowspan="2"><p>Appliance</p></th><th colspan="2"><p>Limits</p></th><th rowspan="2"><p>Delay</p></th></tr><tr><th><p>low</p></th><th><p>high</p></th></tr>
<tr><th><p>Vaccine refrigerator</p></th><td><p>2.0&nbsp;°C</p></td><td><p>8.0&nbsp;°C</p></td><td><p>10&nbsp;min</p></td></tr>
<tr><th><p>Laboratory freezer</p></th><td><p>&ndash;</p></td><td><p>&minus;15&nbsp;°C</p></td><td><p>20&nbsp;min</p></td></tr>
<tr><th><p>Ultra-low freezer</p></th><td><p>&minus;90&nbsp;°C</p></td><td><p>&minus;65&nbsp;°C</p></td><td><p>30&nbsp;min</p></td></tr>
<tr><th><p>CO<sub>2</sub> incubator</p></th><td><p>4.5&nbsp;%</p></td><td><p>5.5&nbsp;%</p></td><td><p>15&nbsp;min</p></td></tr></tbody></table>
<h2>Make one</h2>
${steps([
  'Open the sensor, press <strong>Alerts → New</strong>, choose the template for the appliance.',
  'Add yourself and one colleague. Each chooses e-mail, app, text message or voice call in <em>My profile</em>.',
  'Add a second step: after 15 minutes without an answer, call the duty phone.',
  'Press <strong>Send test</strong>. The test travels the same way as a real alert, including the voice call.',
])}
${panel('note', `<p>Text messages and voice calls belong to the plans <em>Ward</em> and <em>Campus</em>: ${page('Plans and prices')}.</p>`)}
<h2>Answering an alert</h2>
<p>Press <strong>I take it</strong> in the app, reply <code>1</code> to the text message, or press&nbsp;1 during the call. That stops the next step; it does not close the alert. It closes by itself once the reading has been inside its limits for as long as the delay.</p>
<p>Nothing arrived? Go to ${page('Alerts do not arrive')}.</p>
<h2>Delay, quiet time, repeat: three different things</h2>
${table(
  ['Word', 'Means', 'Default'],
  [
    ['Delay', 'How long a reading must be outside before anybody is told', '10 minutes'],
    ['Quiet time', 'How long the same sensor stays silent after its alert was answered', '60 minutes'],
    ['Repeat', 'How often the same person is told again while nobody answers', '15 minutes'],
  ],
)}
<p>A frequent wish is &ldquo;tell me at once above 12&nbsp;°C, but wait above 8&nbsp;°C&rdquo;. Make two alerts on the same sensor. The stricter one goes to the duty phone only.</p>
<h2>Test it like a fire drill</h2>
<p>Once a quarter take a sensor into your warm hand for as long as the delay, and watch who is called. Sites that do this answer real alerts in four minutes (median); sites that never did need nineteen.</p>
${panel('info', '<p>The drill stands in the audit trail as an alert like any other. Write &ldquo;drill&rdquo; as the reason when you close it, and reports leave it out of the excursions.</p>')}`,
}

const roles: SamplePage = {
  title: 'Invite colleagues and set roles',
  labels: ['getting-started', 'account', 'security'],
  author: people.billing,
  storage: `<p>Invite people by e-mail under <strong>Settings → People</strong>. An invitation is good for seven days and can be sent again twice.</p>
${table(
  ['Role', 'Sees readings', 'Answers alerts', 'Changes limits', 'Adds hardware', 'Pays'],
  [
    ['Owner', '✔', '✔', '✔', '✔', '✔'],
    ['Manager', '✔', '✔', '✔', '✔', '–'],
    ['Installer', '✔', '–', '–', '✔', '–'],
    ['Responder', '✔', '✔', '–', '–', '–'],
    ['Auditor', '✔ and the audit trail', '–', '–', '–', '–'],
  ],
)}
<h2>Questions we hear every week</h2>
<p><strong>How many owners can there be?</strong><br />Two. If both have left the company see ${page('Change the account owner')}.</p>
<p><strong>Can a responder see only one room?</strong><br />Yes: put the room&rsquo;s sensors in a group and invite the person to the group.</p>
<p><strong>Does single sign-on create people by itself?</strong><br />On the plan <em>Campus</em>, yes, as responders. Their role never changes by itself afterwards; we do that on purpose, so that a mistake in the directory cannot hand out ownership.</p>
${expand('What happens when you remove somebody', '<p>Open alerts pass to the next person in the list. Signed reports keep the name. Personal API keys stop within one minute.</p>')}
<h2>Examples of good set-ups</h2>
<h3>Village pharmacy</h3><p>Owner: the pharmacist. Responders: two assistants. Rota: assistant on duty, then the pharmacist&rsquo;s phone. One e-mail address for reports.</p>
<h3>Hospital ward</h3><p>Managers: the head nurse and the deputy. Responders: the ward phone, not persons, since shifts change faster than rotas. Auditor: quality department. Owner: medical engineering.</p>
<h3>University institute</h3><p>One group per working group, a responsible person for each, and the porter as the last step. In July remove the guests of the last term: <em>Settings → People → Not seen for 90 days</em>.</p>`,
}

export const gettingStarted: SamplePage = {
  title: 'Getting started',
  labels: ['getting-started'],
  author: people.onboarding,
  storage: `<p>New here? Work through these pages in order. A site with one Station and four sensors is done in under an hour.</p>
${macro('children', { all: 'true', sort: 'creation', excerptType: 'simple' })}
<p>Progress of a typical first day: ${status('Green', 'unpack')} ${status('Green', 'connect')} ${status('Blue', 'pair')} ${status('Yellow', 'place')} ${status('Grey', 'alerts')}</p>
${panel('tip', `<p>Reading this on behalf of a customer? The same text, shorter and with pictures, is what the app shows after sign-up. Quote the page titles, they are identical.</p>`)}
<p>A self-test from the command line of any machine on the site&rsquo;s network tells whether the firewall is open:</p>
${code('bash', 'curl --silent --show-error https://ingest.eu.sorrelby.example/health\n# {"ok":true,"region":"eu"}')}`,
  children: [inTheBox, firstStation, pairing, placing, firstAlert, roles],
}
