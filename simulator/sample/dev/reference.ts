import { code, expand, list, macro, page, panel, status, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import { webhooks } from './webhooks.ts'
import type { SamplePage } from '../types.ts'

const sensors: SamplePage = {
  title: 'Sensors and groups',
  labels: ['api', 'reference', 'sensors'],
  author: people.developer,
  storage: `${toc()}
<h2>GET /sensors</h2>
${table(
  ['Parameter', 'Type', 'Meaning'],
  [
    ['<code>group</code>', 'id', 'Only sensors of this group'],
    ['<code>state</code>', '<code>ok</code>, <code>silent</code>, <code>fault</code>', 'May be repeated'],
    ['<code>limit</code>, <code>cursor</code>', '', page('Pagination')],
  ],
)}
<h2>GET /sensors/{id}</h2>
${code('json', '{\n  "id": "pip_3hX9",\n  "name": "Vaccines, middle shelf",\n  "model": "pip-x",\n  "probe": { "part": "PT-10", "serial": "PT-4471", "calibrated_on": "2025-11-04", "due_on": "2026-11-04" },\n  "group": "grp_pharmacy",\n  "interval_seconds": 300,\n  "signal_dbm": -88,\n  "battery": 3.41,\n  "firmware": "2.9.0",\n  "version": 17\n}')}
<h2>PATCH /sensors/{id}</h2>
<p>Changes <code>name</code>, <code>group</code>, <code>interval_seconds</code> (60 to 3,600). Send the <code>version</code> you have read; <code>409 version_conflict</code> means that somebody was faster. Every change stands in the audit trail with the key&rsquo;s name.</p>
${code(
  'typescript',
  `type SensorChange = { version: number; name?: string; interval_seconds?: number }

export async function renameSensor(api: Api, id: string, name: string): Promise<void> {
  const { version } = await api.get<{ version: number }>(\`/sensors/\${id}\`)
  const change: SensorChange = { version, name }
  await api.patch(\`/sensors/\${id}\`, change)
}`,
  { title: 'rename-sensor.ts' },
)}
${panel('note', '<p>There is no DELETE. A sensor is retired in the Console, with a reason, since its history must stay.</p>')}`,
}

const readings: SamplePage = {
  title: 'Readings',
  labels: ['api', 'reference', 'readings'],
  author: people.developer,
  storage: `<h2>GET /sensors/{id}/readings</h2>
${table(
  ['Parameter', 'Default', 'Meaning'],
  [
    [
      '<code>from</code>, <code>to</code>',
      'last 24 hours',
      'RFC&nbsp;3339, half open: <code>from</code> included, <code>to</code> not',
    ],
    ['<code>order</code>', '<code>asc</code>', '<code>asc</code> or <code>desc</code> by time of measuring'],
    [
      '<code>by</code>',
      '<code>measured</code>',
      '<code>received</code> sorts by arrival: use it to follow a stream without missing late ones',
    ],
    ['<code>mean</code>', 'none', '<code>hour</code> or <code>day</code>, in the time zone of the site'],
  ],
)}
<h2>Fields</h2>
<dl><dt><code>time</code></dt><dd>When it was measured, UTC, by the sensor&rsquo;s clock.</dd><dt><code>received</code></dt><dd>When it reached us. Hours later after an outage.</dd><dt><code>celsius</code>, <code>humidity</code>, <code>co2</code></dt><dd>Numbers, or <code>null</code> when the code says that the value cannot be trusted.</dd><dt><code>code</code></dt><dd>Missing, or one of ${page('Sensor error codes (E2xx)', { space: 'SUP', text: 'E2xx' })}.</dd></dl>
${panel('warning', '<p>Do not follow a stream by <code>time</code>. A Station that was offline for a day delivers yesterday&rsquo;s readings today, <em>behind</em> your watermark. Follow <code>by=received</code>.</p>', 'Late readings')}
${code(
  'sql',
  `-- a table that takes late and repeated readings
create table reading (
  sensor_id text not null,
  time      timestamptz not null,
  celsius   double precision,
  code      text,
  received  timestamptz not null,
  primary key (sensor_id, time)
);

insert into reading values ($1, $2, $3, $4, $5)
on conflict (sensor_id, time) do nothing;`,
  { title: 'PostgreSQL' },
)}
<p>Corrections do not exist: a reading never changes. An excursion, which is computed, may; it then gets a new <code>revision</code>.</p>
<h2>Follow a stream without holes</h2>
${code(
  'python',
  `def follow(client, sensor, since):
    """Yields each reading once, late ones included; \`since\` is the last \`received\` that was handled."""
    seen = set()
    while True:
        params = {"by": "received", "from": since, "limit": 500}
        for reading in client.pages(f"/sensors/{sensor}/readings", params):
            key = (reading["time"], reading["received"])
            if key in seen:
                continue
            seen.add(key)
            since = reading["received"]
            yield reading
        time.sleep(60)`,
  { title: 'follow.py', linenumbers: 'true' },
)}
<p>The half-open interval makes the last reading come twice; the set takes care of it. Keep <code>since</code> in the same transaction as the reading itself, or a crash between the two loses or doubles one.</p>`,
}

const alertsApi: SamplePage = {
  title: 'Alerts over the API',
  labels: ['api', 'reference', 'alerts'],
  author: people.developer,
  storage: `<p>States of an alert: ${status('Red', 'open')} → ${status('Yellow', 'answered')} → ${status('Green', 'closed')}. An alert may go from open to closed without an answer.</p>
${macro('plantuml', {}, { plain: '@startuml\n[*] --> open : outside limits longer than delay\nopen --> answered : POST /answer\nopen --> closed : inside limits longer than delay\nanswered --> closed : inside limits longer than delay\nclosed --> [*]\n@enduml' })}
<h2>GET /alerts</h2>
<p>Parameters <code>state</code>, <code>group</code>, <code>since</code>. Newest first.</p>
<h2>POST /alerts/{id}/answer</h2>
<p>Body <code>{ "note": "…" }</code>, up to 500 characters. Needs <code>alerts:answer</code>. A second answer is <code>409 already_answered</code> with the name of the first.</p>
<h2>GET /alerts/{id}/trail</h2>
${code('json', '[\n  { "at": "2026-02-03T04:20:01Z", "step": 1, "channel": "app", "to": "usr_12", "state": "delivered" },\n  { "at": "2026-02-03T04:20:01Z", "step": 1, "channel": "sms", "to": "usr_12", "state": "queued" },\n  { "at": "2026-02-03T04:35:02Z", "step": 2, "channel": "voice", "to": "usr_30", "state": "delivered", "answered": true }\n]')}
<p>Words for people: ${page('Alerts do not arrive', { space: 'SUP', anchor: 'Was-it-sent?', text: 'the table of states' })}.</p>
<h2>A bridge to a chat room</h2>
${code(
  'typescript',
  `export async function onAlertOpened(event: AlertOpened, chat: Chat, api: Api): Promise<void> {
  const room = await chat.findRoom(event.site.name)
  const message = await room.post(\`\${event.sensor.name}: \${event.value.celsius} °C\`, { buttons: ['I take it'] })
  const person = await message.firstClick({ withinMinutes: 15 })
  if (person === undefined) return // nobody: the rota's next step goes on by itself
  await api.post(\`/alerts/\${event.alert.id}/answer\`, { note: \`from chat, \${person.name}\` })
}`,
  { title: 'bridge.ts', linenumbers: 'true' },
)}
<p>Let the rota run besides the chat. A chat room does not ring at night, and a bridge that answers alerts by itself is the one thing our terms forbid.</p>`,
}

const exportsPage: SamplePage = {
  title: 'Exports',
  labels: ['api', 'reference', 'reports'],
  author: people.developer,
  storage: `<p>For more than a day of one sensor, ask for an export instead of paging through readings. A year of a hundred sensors takes about forty seconds.</p>
<h2>POST /exports</h2>
<p><code>{ "group" | "sensors", "from", "to", "format": "csv" | "parquet" | "jsonl" }</code> answers <code>202</code> and an id.</p>
<h2>GET /exports/{id}</h2>
<p><code>state</code> is <code>queued</code>, <code>running</code>, <code>ready</code> or <code>failed</code>. When ready, <code>url</code> is good for 48&nbsp;hours without a key: treat it as a secret.</p>
${code(
  'bash',
  `id=$(curl -fsS -H "Authorization: Bearer $SORRELBY_KEY" --json @request.json \\
  https://api.sorrelby.example/v1/exports | jq -r .id)

until curl -fsS -H "Authorization: Bearer $SORRELBY_KEY" \\
    "https://api.sorrelby.example/v1/exports/$id" | tee state.json | jq -e '.state == "ready"' >/dev/null; do
  sleep 5
done
curl -fsS -o readings.csv "$(jq -r .url state.json)"`,
  { title: 'export.sh', linenumbers: 'true' },
)}
<p>The first lines of a file:</p>
${code('none', 'sensor_id,time,celsius,humidity,co2,code\npip_3hX9,2026-01-01T00:00:00Z,4.9,,,\npip_3hX9,2026-01-01T00:05:00Z,,,,E202')}
${expand('Empty on purpose', `<p>A file with only a header means: no readings in this period. It is not an error.</p>${code('csv', '')}`)}
<p>Too large? <code>422 export_too_large</code> above 50&nbsp;million readings; cut it by month. A request to start from: <ac:link><ri:attachment ri:filename="export-request.json" /></ac:link></p>
<h2>Columns</h2>
${table(
  ['Column', 'csv', 'parquet', 'Remark'],
  [
    ['sensor_id', 'text', 'string, dictionary', ''],
    ['time', 'ISO 8601, Z', 'timestamp(ms, UTC)', 'when measured'],
    ['received', 'ISO 8601, Z', 'timestamp(ms, UTC)', 'only with <code>"late": true</code>'],
    ['celsius, humidity, co2', 'decimal point', 'float', 'empty or null when not trusted'],
    ['code', 'text', 'string', 'E2xx'],
  ],
)}
<h2>Every night</h2>
<p>Ask for the last <strong>three</strong> days each night and write over what you have: late readings of a Station that was offline come in that way without any thought. A full month on the first covers the rest.</p>`,
  attachments: [
    {
      name: 'export-request.json',
      mediaType: 'application/json',
      content: '{\n  "group": "grp_pharmacy",\n  "from": "2026-01-01",\n  "to": "2026-04-01",\n  "format": "csv"\n}\n',
    },
  ],
}

export const reference: SamplePage = {
  title: 'API reference',
  labels: ['api', 'reference'],
  author: people.developer,
  storage: `<p>Base address <code>https://api.sorrelby.example/v1</code>. JSON in, JSON out, UTF-8, times in UTC. Unknown fields in a request are refused, unknown fields in an answer must be ignored.</p>
${macro('children', { excerptType: 'none' })}
${list([`Machine-readable: <a href="https://api.sorrelby.example/v1/openapi.json">openapi.json</a> (OpenAPI 3.1)`, `Every call needs a key: ${page('Authentication')}`, `What may change and what not: ${page('Versions and change policy')}`])}
<h2>How the parts hang together</h2>
${macro('mermaid-cloud', { toolbar: 'bottom', filename: 'data-model', zoom: 'fit', revision: '3' })}
<p>Source of the diagram: <ac:link><ri:attachment ri:filename="data-model" /></ac:link>.</p>`,
  attachments: [
    {
      name: 'data-model',
      mediaType: 'text/vnd.mermaid',
      content:
        'erDiagram\n  SITE ||--o{ STATION : has\n  STATION ||--o{ SENSOR : hears\n  SENSOR ||--o{ READING : measures\n  SENSOR }o--|| GROUP : "belongs to"\n  SENSOR ||--o{ ALERT : raises\n',
    },
  ],
  children: [sensors, readings, alertsApi, exportsPage, webhooks],
}
