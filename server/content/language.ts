/** Which language a text is written in, as far as PostgreSQL has a dictionary for it: its word stems and stop words. */
import { fold } from './fold.ts'

/** A dictionary `<language>_stem` of PostgreSQL (15 and later). */
export type Language =
  | 'english'
  | 'german'
  | 'french'
  | 'spanish'
  | 'italian'
  | 'portuguese'
  | 'dutch'
  | 'swedish'
  | 'danish'
  | 'norwegian'
  | 'finnish'
  | 'hungarian'
  | 'turkish'
  | 'russian'
  | 'greek'
  | 'arabic'

/** Words that hardly a sentence does without, folded, and hardly another language has. */
const FUNCTION_WORDS: Readonly<Partial<Record<Language, string>>> = {
  english: 'the and of to is are with for that this it you be or from on not have will when',
  german: 'der die das und ist nicht mit ein eine einen sie wird werden auf fur von den dem zu im bei oder auch wenn',
  french: 'le les des et est une dans pour pas que qui sur avec sont vous par cette au aux du elle ses',
  spanish: 'el los las y es una para no que con por se del su como esta son al mas cuando',
  italian: 'il gli che di una per non con sono della delle nel alla dei questo si come anche',
  portuguese: 'os as uma para nao com que por dos das em ao mais voce sao esta seu quando pelo',
  dutch: 'het een van en niet met voor zijn op dat wordt de deze als naar bij kunt worden aan ook',
  swedish: 'och att det som en av inte med for ar har pa till kan den ska eller vid om',
  danish: 'og det at som af ikke med er har pa til kan den skal eller ved fra vaere bliver der',
  norwegian: 'og det at som av ikke med er har pa til kan den skal eller ved fra vaere blir en',
  finnish: 'ja on ei se etta ovat joka mutta kun tai myos voi ole sen tama niin voit kanssa',
  hungarian: 'az es nem hogy egy van ez meg vagy mint csak kell lehet ha ezt ami illetve',
  turkish: 've bir bu icin ile degil olarak daha gibi veya cok olan ise sonra kadar her',
}

/** Blocks of Unicode: first and last code unit. */
const SCRIPTS: readonly (readonly [number, number, Language])[] = [
  [0x0370, 0x03ff, 'greek'],
  [0x0400, 0x052f, 'russian'],
  [0x0600, 0x077f, 'arabic'],
  [0x1f00, 0x1fff, 'greek'],
  [0xfb50, 0xfdff, 'arabic'],
  [0xfe70, 0xfefe, 'arabic'],
]
const FIRST_OF_SCRIPTS = 0x0370

const LOOKED_AT = 800
/** So many function words of a hundred words, and so many at least, tell a language. */
const LEAST_SHARE = 0.08
const LEAST_WORDS = 2

const languagesOf = new Map<string, Language[]>()
for (const [language, words] of Object.entries(FUNCTION_WORDS))
  for (const word of words.split(' '))
    if (isLanguage(language)) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language])

/** English where the text names none of them. */
export function toLanguage(text: string): Language {
  return isLanguage(text) ? text : 'english'
}

function isLanguage(text: string): text is Language {
  return text in FUNCTION_WORDS || SCRIPTS.some(([, , language]) => language === text)
}

/** English when nothing else is told: short and mixed texts are. Looks at the first 800 characters. */
export function detectLanguage(text: string): Language {
  const head = text.slice(0, LOOKED_AT)
  const script = detectScript(head)
  if (script !== undefined) return script
  const words = fold(head).match(/[a-z]+/g) ?? []
  const counts = new Map<Language, number>()
  for (const word of words)
    for (const language of languagesOf.get(word) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1)
  let best: Language = 'english'
  for (const [language, count] of counts) if (count > (counts.get(best) ?? 0)) best = language
  const found = counts.get(best) ?? 0
  return found >= LEAST_WORDS && found >= words.length * LEAST_SHARE ? best : 'english'
}

/** The language of a script of which more than a third of the text is. */
function detectScript(text: string): Language | undefined {
  const counts = new Map<Language, number>()
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < FIRST_OF_SCRIPTS) continue
    const script = SCRIPTS.find(([first, last]) => unit >= first && unit <= last)?.[2]
    if (script !== undefined) counts.set(script, (counts.get(script) ?? 0) + 1)
  }
  return [...counts].find(([, count]) => count > text.length / 3)?.[0]
}
