const common = `the of and to in a is that for it as with on be at by this from or an are was not have has you your we
our they their can will if when which one all but may more so up out about into than then them its only other new some
could these two time no do any like over such also after before because between each must should where there here while
who how what why use used using make made need needed see set get run open close keep next first last again always never
often within without every both same different less most much many few own until once through during under above below`

const nouns = `account agent alert answer archive article asset audit backup badge balance batch billing board branch
browser bucket budget build bundle cache calendar call campaign card case catalogue certificate change channel charge chat
check checklist claim client cluster code column comment company component condition config connection console contact
container contract copy cost country coupon credential customer dashboard database deadline default delay delivery
deployment desk detail device diagram digest directory discount disk document domain download draft driver duplicate edge
editor email endpoint engineer entry environment error escalation estimate event example exception export extension failure
fallback feature feed field file filter firewall flag folder form format forwarder gateway glossary group guide handler
handover header health history holiday host image import incident index inbox ingest input instance integration interval
invoice issue item job journal key label language latency launch layout ledger level library licence limit link list listener
load location log login machine mailbox manifest map market meeting member memory menu merchant message method metric
migration mirror mode module monitor mount network node note notice notification number object offer office onboarding
operation operator option order origin outage outcome output owner package page parameter parcel partner password patch path
payment payload payout peer period permission person phone pipeline plan platform plugin policy pool port portal post
postmortem preview price printer priority probe process product profile project prompt property provider proxy queue quota
quote range rate reader reason receipt recipe record recovery refund region register release reminder renewal replica reply
report request reservation resolver resource response restart result retention retry return review role rollback rollout
rotation route router row rule runbook sandbox scan schedule schema scope screen script search secret section segment
sender sensor sequence server session setting shard shift shipment signature signup site snapshot socket source space staff
stage standby statement status step storage store stream subject subscription summary supplier support switch symptom sync
system table tag target task tax team template tenant terminal test thread threshold ticket timeline timeout token tool
topic trace tracker traffic training transaction transfer trigger tunnel tutorial type update upgrade upload usage user
value variable vendor version view visit voucher wallet warehouse warning webhook widget window wizard worker workflow
workspace zone`

const verbs = `accept add adjust agree allow announce answer apply approve arrive ask assign attach avoid begin block bring
build call cancel carry catch change check choose clean clear click collect combine compare complete configure confirm
connect contain continue copy correct count cover create decide define delay delete deliver deny deploy describe detect
disable discuss divide drain drop edit enable encrypt enter escalate estimate expand expect expire explain export extend
fail fetch fill filter find finish fix follow forward gather give grant group handle happen hide hold ignore import improve
include increase inform insert inspect install invite join keep launch lead learn leave limit link list load lock look lose
manage mark match measure merge migrate miss mount move name notify observe offer order pause pick place plan post prepare
press prevent print process promise protect provide publish pull purge push raise reach read rebuild receive recommend
record recover reduce refresh refuse register reject release reload remove rename renew repair repeat replace reply report
request require reset resolve respond restart restore resume retire retry return review revoke rotate route save scale scan
schedule search select send separate serve share ship show shut sign skip solve sort split start stay stop store stream
submit suggest support suspend switch sync take test throttle tidy trace track transfer trigger trust try tune turn update
upgrade upload validate verify wait warn watch write`

const qualities = `able accurate active actual additional alternative annual automatic available average basic blue brief
broken busy calm careful central certain clear cold common complete complex confidential constant correct critical current
daily dangerous dark dedicated deep delayed dense direct double dry early easy empty encrypted exact external fair false fast
final financial flat formal free frequent fresh full general global good green half hard healthy heavy hidden high hourly idle
important initial inner internal junior known large late legal light likely limited live local long loose low main major
manual medium minor missing mobile monthly narrow native nightly noisy normal official old online optional ordinary outer
overdue partial patient permanent personal plain possible preferred previous primary private proper public quick quiet random
rare raw ready real recent red regional regular related relevant reliable remote rough safe scheduled second secure senior
separate serious shared short silent similar simple single slow small smooth soft solid spare specific stable stale standard
steady strict strong sudden suitable temporary thin tidy total typical unique unknown unusual urgent useful usual valid
verbose visible warm weak weekly wide wrong yearly yellow`

const worldly = `Zürich café naïve façade Málaga Köln São Paulo Kraków Ærø über résumé déjà 手順書 サポート 障害 설정 Привет проверка`

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

export const nounList: readonly string[] = words(nouns)
export const verbList: readonly string[] = words(verbs)
export const qualityList: readonly string[] = words(qualities)
export const worldlyList: readonly string[] = words(worldly)

/** About four thousand words, most frequent first: what a Zipf-like draw expects. */
export function vocabulary(): string[] {
  const base = [...words(common), ...nounList, ...verbList, ...qualityList]
  const derived = verbList.flatMap((verb) => inflections(verb))
  const plurals = nounList.map((noun) => plural(noun))
  const compounds = nounList.flatMap((noun, at) => [`${noun}-${nounList[(at * 7 + 3) % nounList.length]}`])
  return [...new Set([...base, ...plurals, ...derived, ...compounds, ...qualityList.map((word) => `${word}ly`)])]
}

function inflections(verb: string): string[] {
  const stem = verb.endsWith('e') ? verb.slice(0, -1) : verb
  return [`${stem}ed`, `${stem}ing`, plural(verb), `${stem}er`]
}

function plural(word: string): string {
  if (/(s|x|ch|sh)$/.test(word)) return `${word}es`
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  return `${word}s`
}
