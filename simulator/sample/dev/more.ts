import { code, expand, list, macro, page, panel, status, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

export const mqtt: SamplePage = {
  title: 'Local MQTT',
  labels: ['mqtt', 'integration', 'network'],
  author: people.developer,
  storage: `<p>On the plan <em>Campus</em> a Station can publish to a broker in your own network, besides or instead of ours. Readings then stay inside the house; alerts by text message and phone do not work without the cloud.</p>
<h2>Topics</h2>
${code('none', 'sorrelby/1/{site}/{station}/sensor/{sensor}/reading\nsorrelby/1/{site}/{station}/sensor/{sensor}/fault\nsorrelby/1/{site}/{station}/state          (retained, last will "offline")')}
<h2>Payload</h2>
${code('json', '{"t":1770091200,"c":4.9,"h":null,"b":3.41,"s":-88}')}
<p>Keys are short because the radio is slow: <code>t</code> time, <code>c</code> Celsius, <code>h</code> humidity, <code>b</code> battery, <code>s</code> signal.</p>
<h2>Broker settings</h2>
${code(
  'yaml',
  `listeners:
  - port: 8883
    tls: { cert: /etc/broker/cert.pem, key: /etc/broker/key.pem, ca: /etc/broker/devices-ca.pem }
    require_client_certificate: true
acl:
  - pattern: "sorrelby/1/+/%u/#"   # a Station may only write below its own name
    allow: [publish]
limits:
  max_packet_bytes: 4096
  keep_alive_seconds: 90`,
  { title: 'broker.yaml' },
)}
<h2>A reader in C for small controllers</h2>
${code(
  'c',
  `#include <stdio.h>
#include <string.h>

static int on_reading(const char *topic, const void *payload, size_t length) {
    char text[257];
    double celsius;
    if (length >= sizeof text) return -1;              /* never trust the length of a packet */
    memcpy(text, payload, length);
    text[length] = '\\0';
    if (sscanf(text, "{\\"t\\":%*d,\\"c\\":%lf", &celsius) != 1) return -1;
    printf("%s %.1f\\n", topic, celsius);
    return 0;
}`,
  { title: 'reading.c', linenumbers: 'true' },
)}
${panel('info', '<p>Quality of service is 1: at least once. Doubles happen after a reconnect; the pair of sensor and <code>t</code> is unique.</p>')}`,
}

export const formulas: SamplePage = {
  title: 'Formulas: dew point and mean kinetic temperature',
  labels: ['reference', 'math', 'readings'],
  author: people.compliance,
  storage: `<p>What the Console computes, so that you can compute the same.</p>
<h2>Dew point</h2>
<p>Magnus form, for <em>T</em> in °C between &minus;45 and +60 and relative humidity <em>RH</em> in %:</p>
${macro('easy-math-block', { body: '\\gamma = \\ln\\frac{RH}{100} + \\frac{17.62\\,T}{243.12 + T}, \\qquad T_d = \\frac{243.12\\,\\gamma}{17.62 - \\gamma}', align: 'center' })}
<p>Example: 22&nbsp;°C and 55&nbsp;% give 12.5&nbsp;°C. A wall that is colder than ${macro('eazy-math-inline', { body: 'T_d', align: 'center' })} gets wet.</p>
<h2>Mean kinetic temperature</h2>
<p>With activation energy &Delta;<em>H</em> = 83.144&nbsp;kJ&nbsp;mol<sup>&minus;1</sup>, gas constant <em>R</em> and readings <em>T<sub>i</sub></em> in kelvin, equally spaced:</p>
${macro('mathblock', {}, { plain: 'T_K = \\frac{\\Delta H / R}{-\\ln\\left(\\frac{1}{n}\\sum_{i=1}^{n} e^{-\\Delta H / (R\\,T_i)}\\right)}' })}
${code(
  'r',
  `mkt <- function(celsius, dH = 83144, R = 8.314462618) {
  kelvin <- celsius + 273.15
  (dH / R) / (-log(mean(exp(-dH / (R * kelvin))))) - 273.15
}
mkt(c(rep(5, 23), 15))   # 5.76, the mean is 5.42`,
  { title: 'mkt.R' },
)}
<h2>Rounding</h2>
${list(['Readings: one decimal, half to even.', 'MKT: two decimals, computed from unrounded readings.', 'Missing readings are left out, never filled in. With more than 5&nbsp;% missing the report says so.'])}
<p>Plain text of the same, for those who read with a speech programme: <em>delta H over R, divided by minus the logarithm of the mean of e to the minus delta H over R T</em>.</p>`,
}

export const versions: SamplePage = {
  title: 'Versions and change policy',
  labels: ['api', 'policy', 'release-notes'],
  author: people.developer,
  storage: `<p>The address carries the major version (<code>/v1</code>). Within it we add, we do not take away.</p>
<h2>May happen any time</h2>
${list(['New endpoints, new optional parameters', 'New fields in answers, new events, new codes', 'Longer ids, up to 64 characters', 'Faster answers &mdash; and races in your code that were hidden before'])}
<h2>Needs twelve months&rsquo; notice</h2>
${list(['A field goes or changes its meaning', 'A limit becomes lower', 'A default changes'])}
<ac:adf-extension><ac:adf-node type="decision-list"><ac:adf-attribute key="local-id">6d1f0a52-90c4-4b0e-8d8b-0b6a1f4e7c11</ac:adf-attribute><ac:adf-node type="decision-item"><ac:adf-attribute key="local-id">a4c8e1de-2b77-4a9f-9a65-7c0d3e5b8f22</ac:adf-attribute><ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>Offset paging ends on 31 December 2026</ac:adf-content></ac:adf-node><ac:adf-node type="decision-item"><ac:adf-attribute key="local-id">c0b7f9a3-5d18-4e60-8f34-1a2b6c7d9e33</ac:adf-attribute><ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>Version 2 will not start before all SDKs speak cursors</ac:adf-content></ac:adf-node></ac:adf-node><ac:adf-fallback><ul class="decision-list"><li>Offset paging ends on 31 December 2026</li><li>Version 2 will not start before all SDKs speak cursors</li></ul></ac:adf-fallback></ac:adf-extension>
<h2>State of the parts</h2>
${table(
  ['Part', 'State', 'Until'],
  [
    ['<code>/v1</code>', status('Green', 'stable'), 'at least 2029'],
    ['<code>offset</code> on readings', status('Yellow', 'deprecated'), '2026-12-31'],
    ['Webhook signature <code>v0</code>', status('Red', 'gone'), '2025-09-30'],
    ['<code>/v1/floorplans</code>', status('Purple', 'preview'), 'may change without notice'],
  ],
)}
<p>Answers from deprecated parts carry the header <code>Deprecation</code> and a link to this page.</p>`,
}

export const sdk: SamplePage = {
  title: 'Client libraries',
  labels: ['api', 'sdk'],
  author: people.developer,
  storage: `<p>We keep two libraries and link to none besides. Both are thin: they page, wait when limited, and verify signatures.</p>
${table(
  ['Language', 'Install', 'Version'],
  [
    ['Python 3.11+', '<code>pip install sorrelby</code> (from our own index)', '1.8.2'],
    ['TypeScript, Node 20+', 'tarball from the download page', '1.8.2'],
  ],
)}
<h2>Other languages</h2>
<p>Generate from the OpenAPI document, then add three things by hand: ${page('Pagination')}, ${page('Rate limits')} and ${page('Verify webhook signatures')}. A Rust sketch:</p>
${code(
  'rust',
  `pub async fn sensors(client: &Client, key: &str) -> Result<Vec<Sensor>, Error> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut request = client.get("https://api.sorrelby.example/v1/sensors").bearer_auth(key);
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let page: Page<Sensor> = request.send().await?.error_for_status()?.json().await?;
        all.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}`,
  { title: 'sensors.rs' },
)}
${expand('Words in Markdown for your own README', macro('markdown', {}, { plain: '## Sorrelby client\n\n| call | waits when limited |\n|---|---|\n| `sensors()` | yes |\n| `answer(id)` | never limited |\n\n> Keys come from the *Console*, never from the code.' }))}
<p>Spreadsheet people: the add-in <strong>Readings for sheets</strong> shows a live table.</p>
${macro('readings-for-sheets-embed', { sheet: 'grp_pharmacy', refresh: '15', palette: 'cold' })}`,
}
