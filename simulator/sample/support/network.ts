import { code, expand, macro, page, panel, steps, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const proxy: SamplePage = {
  title: 'Proxy and TLS inspection',
  labels: ['network', 'security', 'installation'],
  author: people.oncall,
  storage: `<p>Web filters that open encrypted traffic are the reason for code E105. The Station compares our server&rsquo;s certificate with one it carries inside; a certificate made by the filter is refused. That is intended, and there is no switch to turn it off.</p>
<h2>What to ask the customer&rsquo;s IT for</h2>
${panel('info', '<p>&ldquo;Please exempt <code>ingest.eu.sorrelby.example</code> on TCP 443 and 8883 from TLS inspection for the addresses of our Stations. No other exemption is needed.&rdquo;</p>', 'A sentence to copy')}
<h2>Explicit proxy</h2>
${steps([
  'Set-up page → <strong>Network → Proxy</strong>: host and port; user name and password are optional.',
  'The proxy must allow <code>CONNECT</code> to port 443. Port 8883 is then not used.',
  'Proxies that ask for NTLM or Kerberos do not work. Make an exception by address.',
])}
<h2>How to see it</h2>
${code(
  'bash',
  `openssl s_client -connect ingest.eu.sorrelby.example:443 </dev/null 2>/dev/null \\
  | openssl x509 -noout -issuer
# issuer=O=Sorrelby, CN=Sorrelby Device CA 3      good
# issuer=O=Some Web Filter, CN=Inspection CA      this is E105`,
  { linenumbers: 'true' },
)}
${expand('Why we do not trust the customer’s own root', '<p>A stolen root certificate of one filter would let its holder feed false readings to us in the name of that customer. Readings decide whether medicine is given. The inconvenience is worth it.</p>')}
<h2>Known products and where the setting is</h2>
<p>We do not keep a list of brands: menus change faster than this page. Three words find the place in nearly all of them: <em>exempt</em>, <em>bypass</em>, <em>do not decrypt</em>. Enter the host name, not the address, and both ports.</p>
<h2>Check afterwards</h2>
<p>Restart the Station. Steady blue within two minutes is the proof; E105 must be gone from the log. Some filters apply exemptions only to new sessions, so wait for the restart before you judge.</p>`,
}

export const network: SamplePage = {
  title: 'Network requirements and firewall rules',
  labels: ['network', 'installation', 'security', 'reference'],
  author: people.oncall,
  storage: `<p>The Station only ever calls out. It needs <strong>no open inbound port</strong>, no fixed address, no VPN.</p>
<h2>${macro('anchor', { '': 'addresses' })}Addresses</h2>
${table(
  ['Host', 'Protocol', 'What for', 'Needed'],
  [
    ['<code>ingest.eu.sorrelby.example</code>', 'TCP 8883 (MQTT over TLS)', 'Readings', 'yes, or the next row'],
    [
      '<code>ingest.eu.sorrelby.example</code>',
      'TCP 443 (WebSocket over TLS)',
      'Readings where 8883 is closed',
      'yes, or the row above',
    ],
    ['<code>fw.sorrelby.example</code>', 'TCP 443', 'Firmware, once a night', 'yes'],
    ['<code>ntp.sorrelby.example</code>', 'UDP 123', 'Time', 'yes, or a local time server'],
    ['your resolver', 'UDP and TCP 53', 'Names', 'yes'],
  ],
)}
<p>In the US replace <code>eu</code> by <code>us</code>, in Japan by <code>jp</code>. Host names are stable; addresses are not, so please do not pin them.</p>
<h2>Amount of data</h2>
<p>Sixty sensors at five minutes make about 4&nbsp;MB a day. Firmware is 11&nbsp;MB, four times a year.</p>
<h2>A network of its own</h2>
<p>A separate VLAN for devices is a good idea. The set-up page listens on port 80 inside that network only, is read-only after ten minutes, and can be switched off.</p>
${macro('drawio', { diagramName: 'firewall-overview', simpleViewer: 'false', width: '640', border: 'true', revision: '2' })}
<p>${page('Proxy and TLS inspection', { markup: '<strong>Web filter in between?</strong> Read this first' })}.</p>
<h2>Questions from IT departments</h2>
<p><strong>Does the Station accept connections from outside?</strong> No. It opens one connection and keeps it; commands such as a firmware update come back on it.</p>
<p><strong>IPv6?</strong> Yes, by itself, preferred when both are there.</p>
<p><strong>802.1X?</strong> EAP-TLS with your own certificate on the plan Campus; set-up page → Network → Wired sign-in. No passwords.</p>
<p><strong>What does a port scan show?</strong> Port 80 for ten minutes after power-on, from the same subnet only; afterwards nothing.</p>
<p><strong>How often does it resolve names?</strong> At each connection, and respects the time to live (300&nbsp;seconds).</p>
<p><strong>Can we see what it sends?</strong> Not on the wire. <em>Station → Log → Mirror</em> writes the same readings to a syslog server of yours.</p>
${expand('Rules in the form many firewalls import', code('none', 'permit tcp any host ingest.eu.sorrelby.example eq 8883\npermit tcp any host ingest.eu.sorrelby.example eq 443\npermit tcp any host fw.sorrelby.example eq 443\npermit udp any host ntp.sorrelby.example eq 123'))}`,
  attachments: [
    {
      name: 'firewall-overview',
      mediaType: 'application/vnd.jgraph.mxfile',
      content:
        '<mxfile host="embed"><diagram name="Page-1"><mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/><mxCell id="2" value="Station" vertex="1" parent="1"/><mxCell id="3" value="Firewall" vertex="1" parent="1"/></root></mxGraphModel></diagram></mxfile>\n',
      comment: 'Source of the diagram',
    },
    {
      name: 'firewall-rules.csv',
      mediaType: 'text/csv',
      content:
        'direction,protocol,port,host\nout,tcp,8883,ingest.eu.sorrelby.example\nout,tcp,443,ingest.eu.sorrelby.example\nout,tcp,443,fw.sorrelby.example\nout,udp,123,ntp.sorrelby.example\n',
    },
  ],
  children: [proxy],
}
