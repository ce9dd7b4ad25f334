import * as fc from 'fast-check'

/** What Markdown reads as markup, two spaces apart. */
const MARKUP =
  String.raw`*  **  _  __  ${'`'}  ${'``'}  ${'```'}  ~  ~~  [  ]  (  )  <  >  !  |  \  #  ##  +  -  ---  =  1.  1)  10.  :  :-  &  &amp;  &#35;  &copy
  {  }  ^  $  "  '  /  ://  .  ,  ;  ?  [x]  [ ]  [^1]  ![  ](  )  <!--  -->  <b>  </p>  <br>  # a  - a  > a  1. a  | a | b |  |---|  :-:
  http://a.b/c_d_e*f*  https://example.com/?a=b&c=d  www.a_b.com  a_b@c.de  snake_case_name  __init__  AT&T  a\b`.split(
    / {2,}|\n +/,
  )
const LETTERS = ['文字', '「」', 'é', 'ß', '👍', 'العربية', '…', '—', '«', '\u00ad', '\u200b']

/** Text rich in what Markdown reads as markup, and in the letters around it that decide whether it does. */
export const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...MARKUP, ...LETTERS),
      fc.constantFrom('a', 'b', 'Word', 'x1', '2', ' ', ' ', ' '),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''))

/** Text as it stands in storage format: escaped as XML. */
export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const NAMES = (
  'p div h1 h3 ul ol li table thead tbody tr td th blockquote pre code a strong em del u sup span time details summary ' +
  'script style iframe object svg math annotation constructor __proto__ ac:structured-macro ac:macro ac:parameter ' +
  'ac:rich-text-body ac:plain-text-body ac:link ac:link-body ac:image ac:caption ac:task-list ac:task ac:task-body ' +
  'ac:task-status ac:layout ac:layout-section ac:layout-cell ac:adf-extension ac:adf-node ac:adf-content ac:adf-fallback ' +
  'ac:adf-attribute ac:inline-comment-marker ac:emoticon ri:page ri:attachment ri:user ri:url ri:shortcut ' +
  'ac:default-parameter ac:plain-text-link-body'
).split(' ')
const MACROS = 'code info expand status jira toc html markdown drawio include widget constructor x-y'.split(' ')
const ADDRESSES = [
  'javascript:alert(1)',
  'JaVa\tScRiPt:alert(1)',
  'data:text/html,x',
  '//evil.example',
  'https://ok.example/"onload="x',
  '#x',
].map(xml)
const BROKEN =
  '<![CDATA[  ]]>  ]]]]><![CDATA[>  <!--  -->  <?x  <!DOCTYPE  <  &  <p style="  <p class=\'  <br/>  <hr/>  ' +
  '<td rowspan="65534" colspan="9999">  <td rowspan="0">  <ac:parameter ac:name="title">  <ac:parameter ac:name="url">'

const TAGS = [
  ...BROKEN.split('  '),
  ...NAMES.flatMap((name) => [`<${name}>`, `</${name}>`, `<${name}/>`, `<${name} `]),
  ...MACROS.map((name) => `<ac:structured-macro ac:name="${name}">`),
  ...ADDRESSES.flatMap((url) => [
    `<a href="${url}" onclick="x()">`,
    `<img src="${url}" onerror="x"/>`,
    `<ri:url ri:value="${url}"/>`,
  ]),
]

/** Tags in any order, opened and closed as it comes, with attributes good and bad. */
export const tagSoup = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...TAGS) },
      { weight: 2, arbitrary: trickyText },
      { weight: 1, arbitrary: trickyText.map(xml) },
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''))
