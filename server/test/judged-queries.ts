/**
 * Queries as people type them, each with the documents of the sample knowledge base that answer it, by title: 3 = the answer,
 * 2 = helps much, 1 = is about it. What is not named is worth nothing. Judged by reading the pages, not by looking at what search finds.
 */
export type Judged = { q: string; wanted: Readonly<Record<string, 1 | 2 | 3>> }

export const judgedQueries: readonly Judged[] = [
  // One thing, said as its page says it.
  {
    q: 'pair a sensor',
    wanted: { 'Pair a sensor with a Station': 3, 'Set up your first Station': 1, 'Getting started': 1 },
  },
  {
    q: 'firmware update',
    wanted: { 'Update firmware': 3, 'Station firmware 4.2: a quieter buzzer and a faster reconnect': 2 },
  },
  { q: 'radio range', wanted: { 'Radio range and repeaters': 3, 'Sensor shows "No signal"': 1 } },
  {
    q: 'calibration certificate',
    wanted: { 'Calibration certificates': 3, 'Post-mortem: certificates printed with the wrong time zone': 2 },
  },
  {
    q: 'webhook signature',
    wanted: { 'Verify webhook signatures': 3, Webhooks: 2, 'Webhook signatures v0 switched off on 30 September': 2 },
  },
  { q: 'rate limits', wanted: { 'Rate limits': 3, Errors: 1 } },
  { q: 'dew point', wanted: { 'Formulas: dew point and mean kinetic temperature': 3 } },
  { q: 'temperature mapping', wanted: { 'Temperature mapping of a cold room': 3 } },
  { q: 'audit trail', wanted: { 'Audit trail and electronic signatures': 3 } },
  { q: 'on-call rota', wanted: { 'On-call rota and hand-over': 3, 'Holiday cover 2026': 1 } },
  { q: 'decision log', wanted: { 'Decision log': 3 } },
  { q: 'glossary', wanted: { Glossary: 3 } },
  // Codes, numbers and names.
  { q: 'E105', wanted: { 'Proxy and TLS inspection': 3, 'Station error codes (E1xx)': 3 } },
  { q: 'E203', wanted: { 'Sensor error codes (E2xx)': 3 } },
  { q: 'E301', wanted: { 'Cloud and account error codes (E3xx)': 3 } },
  { q: 'E107', wanted: { 'Station offline on LTE only': 3, 'Station error codes (E1xx)': 3 } },
  { q: 'ISO/IEC 17025', wanted: { 'Calibration certificates': 3 } },
  { q: 'EN 16931', wanted: { 'Invoices, VAT and purchase orders': 3 } },
  { q: 'WCAG', wanted: { 'Accessibility of the Console and the app': 3 } },
  { q: 'next_cursor', wanted: { Pagination: 3, 'API 1.8: cursors everywhere': 2 } },
  { q: 'application/problem+json', wanted: { Errors: 3 } },
  { q: 'station.fault', wanted: { 'Station error codes (E1xx)': 3, 'Event catalogue': 3 } },
  {
    q: 'S2L',
    wanted: {
      'Station offline on LTE only': 3,
      'Runbook: mobile network outage (Sev 2)': 2,
      'Post-mortem: LTE Stations in one region lost for six hours': 2,
    },
  },
  // In the words of somebody who does not know the page.
  {
    q: 'station offline',
    wanted: {
      'Station is offline': 3,
      'Station offline after a router change': 2,
      'Station offline on LTE only': 2,
      'Start here: the triage tree': 1,
    },
  },
  { q: 'new router station offline', wanted: { 'Station offline after a router change': 3, 'Station is offline': 1 } },
  {
    q: 'wifi password changed',
    wanted: { 'Station offline after a router change': 3, 'Set up your first Station': 1 },
  },
  { q: 'how do I change the battery', wanted: { 'Batteries: life, types and replacement': 3 } },
  {
    q: 'what battery does the sensor need',
    wanted: { 'Batteries: life, types and replacement': 3, 'How we chose the new battery': 1 },
  },
  { q: 'customer wants money back', wanted: { 'Refunds and cancellations': 3, 'Runbook: refund above the limit': 2 } },
  { q: 'refund more than 1000 euro', wanted: { 'Runbook: refund above the limit': 3, 'Refunds and cancellations': 2 } },
  { q: 'cancel subscription', wanted: { 'Refunds and cancellations': 3, 'Plans and prices': 1 } },
  { q: 'how much does it cost per sensor', wanted: { 'Plans and prices': 3 } },
  { q: 'owner left the company', wanted: { 'Change the account owner': 3 } },
  { q: 'transfer account to a colleague', wanted: { 'Change the account owner': 3 } },
  {
    q: 'no alert mail received',
    wanted: {
      'Alerts do not arrive': 3,
      'Runbook: alerts are delayed (Sev 1)': 2,
      'Post-mortem: alert e-mails delayed for 94 minutes': 2,
    },
  },
  { q: 'readings are wrong', wanted: { 'Readings jump or look wrong': 3 } },
  { q: 'where do I put the sensor in the fridge', wanted: { 'Place sensors so that readings mean something': 3 } },
  {
    q: 'firewall ports to open',
    wanted: { 'Network requirements and firewall rules': 3, 'Proxy and TLS inspection': 1 },
  },
  {
    q: 'https inspection proxy',
    wanted: { 'Proxy and TLS inspection': 3, 'Network requirements and firewall rules': 1 },
  },
  { q: 'return a broken station', wanted: { 'Warranty and returns (RMA)': 3, 'Runbook: RMA fast lane': 2 } },
  { q: 'guarantee how many years', wanted: { 'Warranty and returns (RMA)': 3 } },
  { q: 'where is my data stored', wanted: { 'Security and privacy FAQ': 3 } },
  { q: 'gdpr data location', wanted: { 'Security and privacy FAQ': 3 } },
  { q: 'vaccine fridge limits', wanted: { 'Your first alert': 3, 'Place sensors so that readings mean something': 1 } },
  { q: 'what do the lights mean', wanted: { 'Lights and buzzer reference': 3 } },
  { q: 'orange light blinking', wanted: { 'Lights and buzzer reference': 3 } },
  { q: 'send invitation to coworker', wanted: { 'Invite colleagues and set roles': 3 } },
  { q: 'permissions of roles', wanted: { 'Invite colleagues and set roles': 3 } },
  { q: 'screen reader support', wanted: { 'Accessibility of the Console and the app': 3 } },
  { q: 'airplane lithium shipping', wanted: { 'Shipping and lithium batteries': 3 } },
  { q: 'delivery time to Japan', wanted: { 'Shipping and lithium batteries': 3, 'Regional notes': 1 } },
  { q: 'report arrives empty', wanted: { 'Reports are empty or late': 3 } },
  {
    q: 'api key python example',
    wanted: { 'Quick start: your first reading in five minutes': 3, Authentication: 2, 'Client libraries': 2 },
  },
  { q: 'test without a real station', wanted: { Sandbox: 3 } },
  { q: 'download a year of readings', wanted: { Exports: 3, Readings: 1 } },
  { q: 'mqtt broker', wanted: { 'Local MQTT': 3 } },
  {
    q: 'somebody found a security hole',
    wanted: { 'Runbook: security report from a customer': 3, 'Security and privacy FAQ': 1 },
  },
  { q: 'first day new agent', wanted: { 'New support agents: the first two weeks': 3, 'Week one: listen': 3 } },
  { q: 'status page wording outage', wanted: { 'Template: status page texts': 3 } },
  { q: 'vat number invoice', wanted: { 'Invoices, VAT and purchase orders': 3 } },
  { q: 'liquid nitrogen probe', wanted: { 'Probes for fridges, freezers and liquid nitrogen': 3 } },
  { q: 'how hot may it get outside', wanted: { 'Heat wave advice for customers, summer edition': 3 } },
  // Misspelled, and in other languages.
  { q: 'refnd', wanted: { 'Refunds and cancellations': 3, 'Runbook: refund above the limit': 2 } },
  { q: 'calibraton certificates', wanted: { 'Calibration certificates': 3 } },
  { q: 'repeter', wanted: { 'Radio range and repeaters': 3 } },
  { q: 'Station anschließen', wanted: { 'Erste Schritte (Deutsch)': 3 } },
  { q: 'Sensoren koppeln', wanted: { 'Erste Schritte (Deutsch)': 3 } },
  { q: 'la station est hors ligne', wanted: { 'Dépannage : la Station est hors ligne (Français)': 3 } },
  { q: 'capteur sans signal', wanted: { 'Dépannage : la Station est hors ligne (Français)': 3 } },
  { q: 'ペアリング', wanted: { 'センサーのペアリング手順（日本語）': 3 } },
  { q: 'المحطة', wanted: { 'دليل البدء السريع (العربية)': 3 } },
]
