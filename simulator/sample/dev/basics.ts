import { code, expand, list, macro, page, panel, status, steps, table, toc } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

export const quickStart: SamplePage = {
  title: 'Quick start: your first reading in five minutes',
  labels: ['api', 'getting-started'],
  author: people.developer,
  storage: `<p>You need an account with at least one sensor and a terminal. No Station at hand? Use the <ac:link><ri:page ri:content-title="Sandbox" /><ac:plain-text-link-body><![CDATA[sandbox]]></ac:plain-text-link-body></ac:link>; it has forty invented sensors that behave badly on purpose.</p>
<h2>1. Make a key</h2>
<p>Console → My profile → <strong>API keys → New</strong>. Choose <code>readings:read</code> and nothing else. The key is shown once and looks like <code>srb_live_9fK2…</code>.</p>
<h2>2. Ask for the sensors</h2>
${code('bash', 'export SORRELBY_KEY=srb_live_...\ncurl --fail --silent \\\n  --header "Authorization: Bearer $SORRELBY_KEY" \\\n  "https://api.sorrelby.example/v1/sensors?limit=2"', { title: 'Terminal' })}
${code('json', '{\n  "items": [\n    { "id": "pip_3hX9", "name": "Vaccines, middle shelf", "model": "pip-x", "battery": 3.41 },\n    { "id": "pip_3hXb", "name": "Incubator 2", "model": "pip-c", "battery": 3.52 }\n  ],\n  "next_cursor": "eyJvIjoyfQ"\n}')}
<h2>3. Ask for the last reading</h2>
${code(
  'python',
  `import os
import httpx

client = httpx.Client(
    base_url="https://api.sorrelby.example/v1",
    headers={"Authorization": f"Bearer {os.environ['SORRELBY_KEY']}"},
    timeout=10,
)

answer = client.get("/sensors/pip_3hX9/readings", params={"limit": 1, "order": "desc"})
answer.raise_for_status()
reading = answer.json()["items"][0]
print(reading["time"], reading["celsius"])`,
  { title: 'last_reading.py', linenumbers: 'true' },
)}
${code(
  'javascript',
  `const answer = await fetch('https://api.sorrelby.example/v1/sensors/pip_3hX9/readings?limit=1&order=desc', {
  headers: { authorization: \`Bearer \${process.env.SORRELBY_KEY}\` },
  signal: AbortSignal.timeout(10_000),
})
if (!answer.ok) throw new Error(\`Sorrelby answered \${answer.status}\`)
const { items: [reading] } = await answer.json()
console.log(reading.time, reading.celsius)`,
  { title: 'last-reading.js', linenumbers: 'true', theme: 'DJango' },
)}
<h2>4. Do not poll</h2>
<p>Readings arrive every five minutes, alerts at any second. For both there are ${page('Webhooks', { text: 'webhooks' })}; polling more often than once a minute only fills your own quota (${page('Rate limits')}).</p>
${panel('tip', '<p>Every answer has the header <code>Sorrelby-Request-Id</code>. Put it into your log: with it support finds the request in seconds, without it rarely.</p>')}`,
}

export const authentication: SamplePage = {
  title: 'Authentication',
  labels: ['api', 'security', 'authentication'],
  author: people.developer,
  storage: `${toc()}
${macro('excerpt', { name: 'key-rules' }, { rich: '<p>A key belongs to a person, carries scopes, and stops within a minute when the person is removed or the key is revoked.</p>' })}
<h2>Personal keys</h2>
<p>Sent as <code>Authorization: Bearer srb_live_…</code>. Keys of the sandbox begin with <code>srb_test_</code>, so a scanner can tell them apart. We keep only a hash; a lost key cannot be shown again.</p>
${table(
  ['Scope', 'Allows'],
  [
    ['<code>readings:read</code>', 'Sensors, groups, readings, exports'],
    ['<code>alerts:read</code>', 'Alerts, their trail, rotas'],
    ['<code>alerts:answer</code>', 'Answer an alert in the key owner&rsquo;s name'],
    ['<code>settings:write</code>', 'Limits, delays, names, groups. Needs the role Manager'],
    ['<code>webhooks:write</code>', 'Create, change, remove webhooks'],
    ['<code>audit:read</code>', 'Audit trail. Needs the role Auditor or Owner'],
  ],
)}
<h2>Client credentials</h2>
<p>For machines on the plan <em>Campus</em>: OAuth&nbsp;2.0 client credentials. Tokens live for 15&nbsp;minutes; ask for a new one when less than a minute is left, not on every call.</p>
${code(
  'bash',
  `curl --fail --user "$CLIENT_ID:$CLIENT_SECRET" \\
  --data grant_type=client_credentials \\
  --data scope="readings:read alerts:read" \\
  https://auth.sorrelby.example/oauth/token`,
)}
${code(
  'java',
  `var form = "grant_type=client_credentials&scope=readings:read";
var request = HttpRequest.newBuilder(URI.create("https://auth.sorrelby.example/oauth/token"))
    .header("Authorization", "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)))
    .header("Content-Type", "application/x-www-form-urlencoded")
    .timeout(Duration.ofSeconds(10))
    .POST(HttpRequest.BodyPublishers.ofString(form))
    .build();
HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
if (response.statusCode() != 200) {
    throw new IllegalStateException("token request answered " + response.statusCode());
}`,
  { title: 'TokenClient.java', collapse: 'true' },
)}
<h2>What a refusal means</h2>
${table(
  ['Answer', 'Reason', 'Do'],
  [
    [status('Red', '401'), 'No key, unknown key, or E307: revoked', 'Make a new key'],
    [
      status('Yellow', '403'),
      'The key lacks a scope; the body names it in <code>missing_scope</code>',
      'Make a key with that scope',
    ],
    [
      status('Grey', '404'),
      'The thing does not exist, or belongs to another account. We do not tell which',
      'Check the id and the account',
    ],
  ],
)}
<h2>Keep keys safe</h2>
${list(['One key per program, named after it.', 'An expiry date: a year at most. The owner is told 30 and 7 days before.', 'Never in a browser: a page that needs readings asks your own server.', 'Leaked? Revoke first, then tell us. Public repositories are scanned, and a key found there is revoked by itself.'])}
<h2>Change a key without a gap</h2>
${steps(['Make the new key with the same scopes.', 'Roll it out. Both keys work side by side.', 'Look at <em>Last used</em> of the old key for a day.', 'Revoke it. It stops within one minute; E307 from now on.'])}`,
}

export const rateLimits: SamplePage = {
  title: 'Rate limits',
  labels: ['api', 'rate-limits', 'reference'],
  author: people.developer,
  storage: `<p>Limits protect the alerts of everybody from the exports of one. They are per account, not per key.</p>
${table(
  ['Plan', 'Requests a minute', 'At once', 'Exports a day'],
  [
    ['Bench', '60', '4', '5'],
    ['Ward', '300', '8', '50'],
    ['Campus', '1,200', '24', '500'],
  ],
)}
<h2>Headers</h2>
${code('http', 'HTTP/1.1 429 Too Many Requests\nRetry-After: 7\nRateLimit-Limit: 300\nRateLimit-Remaining: 0\nRateLimit-Reset: 7\nContent-Type: application/problem+json\n\n{"type":"https://api.sorrelby.example/problems/rate-limited","title":"Too many requests","status":429,"retry_after":7}')}
<p><code>Retry-After</code> is always in whole seconds and never above 60. Wait that long, plus a random part of it, so that your programs do not all come back together.</p>
<h2>A loop that behaves</h2>
${code(
  'go',
  `func get(ctx context.Context, client *http.Client, url, key string) (*http.Response, error) {
	for attempt := 0; attempt < 5; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+key)
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusTooManyRequests {
			return res, nil
		}
		res.Body.Close()
		wait, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		pause := time.Duration(wait)*time.Second + time.Duration(rand.IntN(1000))*time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, errors.New("still limited after five tries")
}`,
  { title: 'get.go', linenumbers: 'true', theme: 'Emacs' },
)}
${panel('note', '<p>Answering an alert (<code>POST /alerts/{id}/answer</code>) is never limited.</p>')}
<h2>Asking for more</h2>
<p>A higher limit costs nothing when there is a reason. Write what you do and how often; most cases are solved better by one export a night (${page('Exports')}).</p>`,
}

export const pagination: SamplePage = {
  title: 'Pagination',
  labels: ['api', 'reference'],
  author: people.developer,
  storage: `<p>Every list answers <code>items</code> and, when there is more, <code>next_cursor</code>. Pass it on unchanged as <code>cursor</code>. No cursor means the end; an empty <code>items</code> does <strong>not</strong>.</p>
${code(
  'ruby',
  `def each_sensor(client)
  cursor = nil
  loop do
    page = client.get("/sensors", params: { limit: 200, cursor: cursor }.compact).parse
    page["items"].each { |sensor| yield sensor }
    cursor = page["next_cursor"]
    break if cursor.nil?
  end
end`,
  { title: 'each_sensor.rb' },
)}
<h2>Rules</h2>
${list(['<code>limit</code> is 1 to 500, 50 by default. Keep it constant within one walk.', 'A cursor is good for one hour and only for the same query.', 'Things that change during the walk are seen at least once; use the id to spot doubles.', 'There is no page number and no total: counting millions of readings costs more than sending them.'])}
${expand('Before version 1.8', `<p>Readings had <code>offset</code>. It still works until the end of 2026, at most 100,000 deep. The reason for the change is in the <ac:link><ri:blog-post ri:content-title="API 1.8: cursors everywhere" ri:posting-day="2025/11/20" /></ac:link>.</p>`)}
<h2>Two at a time?</h2>
<p>A walk is one line: each cursor comes from the answer before. To be faster, cut the question instead: by group, or by month of <code>time</code>. Eight walks of a month each take a fifth of the time of one walk over the year.</p>
${code(
  'kotlin',
  `fun sensors(api: Api): Sequence<Sensor> = sequence {
    var cursor: String? = null
    do {
        val page = api.get<Page<Sensor>>("/sensors", mapOf("limit" to "200", "cursor" to cursor))
        yieldAll(page.items)
        cursor = page.nextCursor
    } while (cursor != null)
}`,
  { title: 'Sensors.kt' },
)}`,
}

export const errors: SamplePage = {
  title: 'Errors',
  labels: ['api', 'error-codes', 'reference'],
  author: people.developer,
  storage: `<p>Errors are <code>application/problem+json</code>. Decide by <code>code</code>; <code>title</code> and <code>detail</code> are for people and may change.</p>
${code('json', '{\n  "type": "https://api.sorrelby.example/problems/limit-invalid",\n  "title": "The limit is not valid",\n  "status": 422,\n  "code": "limit_invalid",\n  "detail": "high must be above low by at least 0.5 K",\n  "fields": [{ "path": "high", "message": "8.0 is not above 8.0" }]\n}')}
<table><tbody><tr><th><p>Status</p></th><th><p>Codes</p></th><th><p>Try again?</p></th></tr>
<tr><td rowspan="2"><p>400</p></td><td><p><code>json_invalid</code></p></td><td rowspan="2"><p>no</p></td></tr><tr><td><p><code>cursor_invalid</code>, <code>unknown_field</code></p></td></tr>
<tr><td><p>401, 403</p></td><td><p><code>key_unknown</code>, <code>key_revoked</code>, <code>scope_missing</code></p></td><td><p>no</p></td></tr>
<tr><td><p>404</p></td><td><p><code>not_found</code></p></td><td><p>no</p></td></tr>
<tr><td><p>409</p></td><td><p><code>version_conflict</code>, <code>already_answered</code></p></td><td><p>after reading again</p></td></tr>
<tr><td><p>422</p></td><td><p><code>limit_invalid</code>, <code>rota_empty</code>, <code>export_too_large</code></p></td><td><p>no</p></td></tr>
<tr><td><p>429</p></td><td><p><code>rate_limited</code></p></td><td><p>yes, after <code>Retry-After</code></p></td></tr>
<tr><td><p>500, 502, 503</p></td><td><p><code>internal</code>, <code>unavailable</code></p></td><td><p>yes, GET at once, others with an <code>Idempotency-Key</code></p></td></tr></tbody></table>
<h2>Idempotency</h2>
<p>POST requests may carry <code>Idempotency-Key</code>: a text of up to 64 characters of your choice. The same key within 24&nbsp;hours gives the first answer again, without a second effect.</p>
${code(
  'csharp',
  `using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/alerts/alr_81/answer");
request.Headers.Add("Idempotency-Key", ticket.Id.ToString("N"));
request.Content = JsonContent.Create(new { note = "On my way" });
using var response = await client.SendAsync(request, cancellation);
response.EnsureSuccessStatusCode();`,
  { title: 'C#' },
)}
<p>Codes that people see in the Console are in ${page('Cloud and account error codes (E3xx)', { space: 'SUP' })}.</p>`,
}

export const sandbox: SamplePage = {
  title: 'Sandbox',
  labels: ['api', 'testing'],
  author: people.developer,
  storage: `<p>Address <code>https://sandbox.sorrelby.example/v1</code>, keys <code>srb_test_…</code>, free, without a plan. Time runs sixty times faster: an hour of readings takes a minute.</p>
<h2>Sensors with a temper</h2>
${table(
  ['Id', 'Behaviour'],
  [
    ['<code>pip_calm</code>', '5.0&nbsp;°C, never anything else'],
    ['<code>pip_door</code>', 'opens every ten minutes, peak 11&nbsp;°C'],
    ['<code>pip_defrost</code>', 'saw teeth of 4&nbsp;K every six hours'],
    ['<code>pip_dying</code>', 'rises 0.5&nbsp;K an hour until somebody answers the alert'],
    ['<code>pip_liar</code>', 'every hundredth reading has E204 and <code>null</code>'],
    ['<code>pip_late</code>', 'silent for a day, then 288 readings at once'],
  ],
)}
<h2>Start again</h2>
${steps(['Send <code>POST /sandbox/reset</code>; all alerts and webhooks of your key are gone.', 'Send <code>POST /sandbox/clock</code> with a time to jump there.', 'Run your test. Thirty resets an hour are allowed.'])}
${code(
  'php',
  `$response = $client->post('/v1/sandbox/clock', ['json' => ['now' => '2026-07-01T03:00:00Z']]);
assert($response->getStatusCode() === 204);`,
)}
<p>${status('Purple', 'not in the sandbox')} text messages, voice calls, invoices.</p>
<h2>A test that is worth having</h2>
${code(
  'python',
  `def test_dying_freezer_opens_a_ticket(sandbox, tickets):
    sandbox.post("/sandbox/reset")
    sandbox.post("/sandbox/clock", json={"now": "2026-07-01T03:00:00Z"})
    sandbox.post("/webhooks", json={"url": tickets.url, "events": ["alert.opened"]})
    sandbox.post("/sandbox/clock", json={"now": "2026-07-01T09:00:00Z"})   # six hours in one jump
    assert tickets.wait_for(1, seconds=30)[0].sensor == "pip_dying"
    assert tickets.count() == 1   # the same alert must not open a second one`,
  { title: 'test_tickets.py' },
)}
<p>Run it twice in a row: the second run finds whatever the first has left behind.</p>`,
}
