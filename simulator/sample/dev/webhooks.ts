import { code, list, macro, page, panel, steps, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const verify: SamplePage = {
  title: 'Verify webhook signatures',
  labels: ['api', 'webhooks', 'security'],
  author: people.developer,
  storage: `<p>Anybody can send a request to your address. The signature tells whether it was us. Check it <strong>before</strong> you parse the body, over the raw bytes.</p>
${toc(2)}
<h2>Headers</h2>
${table(
  ['Header', 'Example'],
  [
    ['<code>webhook-id</code>', '<code>msg_2Lx8</code>, the same for every try of one message'],
    ['<code>webhook-timestamp</code>', '<code>1770091201</code>, seconds since 1970'],
    [
      '<code>webhook-signature</code>',
      '<code>v1,K5oZ…=</code>, several with spaces between them while a secret is being changed',
    ],
  ],
)}
<h2>Recipe</h2>
${steps(['Refuse a time stamp that is more than five minutes away.', 'Join id, time stamp and raw body with dots.', 'HMAC-SHA256 with the secret (base64 after <code>whsec_</code>), result in base64.', 'Compare in constant time with each signature of the header.', 'Remember the id for a day: the same message may come twice.'])}
<h2>Node.js</h2>
${code(
  'javascript',
  `import { createHmac, timingSafeEqual } from 'node:crypto'

export function isGenuine(headers, rawBody, secret, now = Date.now()) {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const wanted = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(rawBody).digest()
  return headers['webhook-signature'].split(' ').some((part) => {
    const [version, value] = part.split(',')
    const given = Buffer.from(value ?? '', 'base64')
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}`,
  { title: 'signature.js', linenumbers: 'true' },
)}
<h2>Python</h2>
${code(
  'py',
  `import base64, hashlib, hmac, time

def is_genuine(headers, raw_body: bytes, secret: str) -> bool:
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + raw_body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1)[1] for part in headers["webhook-signature"].split(" ") if part.startswith("v1,")]
    return any(hmac.compare_digest(wanted, one) for one in given)`,
  { title: 'signature.py', linenumbers: 'true' },
)}
<h2>XML bodies</h2>
<p>Old building systems may ask for XML. Readings then stand in CDATA, and a note that contains the end mark is split, as in this real message:</p>
${code('xml', '<alert id="alr_81">\n  <note><![CDATA[door open ]]]]><![CDATA[> see camera]]></note>\n</alert>')}
${panel('warning', '<p>Frameworks that parse JSON before your code runs change the bytes. Switch that off for this one address.</p>')}`,
}

const catalogue: SamplePage = {
  title: 'Event catalogue',
  labels: ['api', 'webhooks', 'reference'],
  author: people.developer,
  storage: `<p>Filter the table by typing. New events may be added at any time; ignore what you do not know.</p>
${macro(
  'table-filter',
  { column: 'Event', type: 'text' },
  {
    rich: table(
      ['Event', 'When', 'Fields beside id, time, site'],
      [
        ['<code>alert.opened</code>', 'Limits crossed for longer than the delay', 'sensor, limit, value'],
        ['<code>alert.answered</code>', 'Somebody took it', 'alert, person, channel'],
        ['<code>alert.closed</code>', 'Back inside', 'alert, excursion'],
        ['<code>sensor.silent</code>', 'Three intervals missed', 'sensor, last_reading'],
        ['<code>sensor.back</code>', 'Heard again', 'sensor, backlog'],
        ['<code>sensor.fault</code>', 'E202, E203', 'sensor, code'],
        ['<code>station.offline</code>', '15 minutes of silence', 'station'],
        ['<code>station.online</code>', 'Back', 'station, backlog'],
        ['<code>station.fault</code>', 'E1xx', 'station, code'],
        ['<code>calibration.due</code>', '60, 30, 7 days before', 'sensor, due_on'],
        ['<code>export.ready</code>', 'File can be fetched', 'export'],
        ['<code>limit.changed</code>', 'Somebody changed a limit', 'sensor, old, new, person'],
      ],
    ),
  },
)}
<h2>Order</h2>
<p>Not promised between sensors. For one sensor, events come in order unless one of them has to be tried again; use <code>time</code>, not arrival.</p>
<h2>One event in full</h2>
${code('json', '{\n  "id": "evt_7Qm2",\n  "type": "alert.opened",\n  "time": "2026-02-03T04:20:00Z",\n  "site": { "id": "site_4", "name": "Pharmacy" },\n  "alert": { "id": "alr_81", "url": "https://console.sorrelby.example/alerts/alr_81" },\n  "sensor": { "id": "pip_3hX9", "name": "Vaccines, middle shelf" },\n  "limit": { "high": 8.0, "delay_seconds": 600 },\n  "value": { "celsius": 8.4, "time": "2026-02-03T04:10:00Z" }\n}')}
<h2>Choose with care</h2>
${code(
  'javascript',
  `const wanted = new Set(['alert.opened', 'alert.closed'])
export function isWorthATicket(event, limits) {
  const order = event.sensors ?? [event.sensor.id]
  return wanted.has(event.type) && limits[order[0]] > 3
}`,
)}`,
}

export const webhooks: SamplePage = {
  title: 'Webhooks',
  labels: ['api', 'webhooks', 'reference'],
  author: people.developer,
  storage: `<p>We send a POST with a JSON body of at most 64&nbsp;KB to an https address of yours. Answer 2xx within ten seconds and do the work afterwards.</p>
<h2>Create one</h2>
${code(
  'bash',
  `curl -fsS -H "Authorization: Bearer $SORRELBY_KEY" \\
  --json '{"url":"https://hooks.example.com/sorrelby","events":["alert.*","station.offline"]}' \\
  https://api.sorrelby.example/v1/webhooks`,
)}
<p>The answer carries <code>secret</code>, once. Keep it like a key.</p>
<h2>Tries</h2>
${table(
  ['Try', 'After', 'Sum'],
  [
    ['1', 'at once', '0'],
    ['2', '5 seconds', '5&nbsp;s'],
    ['3', '1 minute', '1&nbsp;min'],
    ['4', '10 minutes', '11&nbsp;min'],
    ['5 to 10', 'every 2 hours', '12&nbsp;h'],
    ['11', '12 hours', '24&nbsp;h'],
  ],
)}
<p>After the last one the webhook is switched off, the owner gets an e-mail and the Console shows E308. Messages are kept for seven days and can be sent again from <em>Settings → Webhooks → Log</em>.</p>
<h2>Rules for addresses</h2>
${list(['https with a certificate that browsers trust', 'No redirects: a 301 counts as a failure', 'Public addresses only; for private ones use local MQTT', 'Port 443 or above 1024'])}
${macro('html', {}, { plain: '<div class="callout"><b>Status of deliveries:</b> <a href="https://status.sorrelby.example">status.sorrelby.example</a></div>' })}
<p>Inside your own network: ${page('Local MQTT')}.</p>
<h2>A receiver in twelve lines</h2>
${code(
  'python',
  `from flask import Flask, abort, request
from signature import is_genuine
from work import enqueue

app = Flask(__name__)

@app.post("/sorrelby")
def receive():
    if not is_genuine(request.headers, request.get_data(), SECRET):
        abort(401)
    enqueue(request.headers["webhook-id"], request.get_json())   # returns at once; a worker does the rest
    return "", 204`,
  { title: 'receiver.py' },
)}
<h2>Questions</h2>
<p><strong>Which addresses do you call from?</strong> They change. Check the signature instead.</p>
<p><strong>Can we limit the number of requests?</strong> Yes: <code>max_per_second</code>, 1 to 50, default 20. More wait in line; nothing is dropped.</p>
<p><strong>May we answer with a body?</strong> It is ignored, and only its first kilobyte stands in the log.</p>`,
  children: [verify, catalogue],
}
