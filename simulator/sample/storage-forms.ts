const named = (name: string) => new RegExp(`<ac:structured-macro ac:name="${name}"`)

/** Every macro and link form that the sample must show at least once, with what it looks like in storage format. */
export const storageForms: Record<string, RegExp> = {
  ...Object.fromEntries(
    (
      'info tip note warning panel code noformat expand excerpt ' +
      'excerpt-include include toc children pagetree status jira anchor view-file ' +
      'widget iframe attachments drawio gliffy plantuml mermaid-cloud table-filter markdown ' +
      'html chart profile details detailssummary contentbylabel livesearch recently-updated blog-posts ' +
      'create-from-template mathblock mathinline easy-math-block eazy-math-inline'
    )
      .split(' ')
      .map((name) => [`the macro ${name}`, named(name)]),
  ),
  ...Object.fromEntries(
    ['Grey', 'Red', 'Yellow', 'Green', 'Blue', 'Purple'].map((colour) => [
      `a ${colour} status`,
      new RegExp(`<ac:parameter ac:name="colour">${colour}<`),
    ]),
  ),
  'a macro of an unknown maker': named('readings-for-sheets-embed'),
  'a macro of the old syntax': /<ac:macro ac:name="note">/,
  'a panel with its own colours': /ac:name="bgColor".*ac:name="titleBGColor"/,
  'an expand in a panel in a layout cell':
    /<ac:layout-cell>(?:(?!<\/ac:layout-cell>).)*"panel"(?:(?!<\/ac:layout-cell>).)*"expand"/s,
  'code with language, title, line numbers and theme':
    /"language">[^<]+<[^>]*><ac:parameter ac:name="title">[^<]+<[^>]*><ac:parameter ac:name="linenumbers">true<[^>]*><ac:parameter ac:name="theme">/,
  'empty code': /"code"(?:(?!plain-text-body).)*<ac:plain-text-body><!\[CDATA\[\]\]>/,
  'code without a language': /<ac:parameter ac:name="language">none</,
  'a split CDATA': /\]\]\]\]><!\[CDATA\[>/,
  'a Jira issue by key': /"jira"(?:(?!<\/ac:structured-macro>).)*<ac:parameter ac:name="key">/,
  'Jira issues by query': /<ac:parameter ac:name="jqlQuery">/,
  'a task list with an id, a mention and a date':
    /<ac:task-id>\d+<\/ac:task-id>(?:(?!<\/ac:task>).)*<ri:user (?:(?!<\/ac:task>).)*<time datetime=/,
  'a finished task': /<ac:task-status>complete</,
  'an emoticon with id and fallback': /<ac:emoticon [^>]*ac:emoji-id="[^"]+" ac:emoji-fallback="/,
  'a mention': /<ri:user ri:account-id="712020:/,
  'a link to a page of the same space, without a body': /<ac:link><ri:page ri:content-title="[^"]+" \/><\/ac:link>/,
  'a link to a page of another space': /<ri:page ri:space-key="DEV"/,
  'a link to an anchor of a page': /<ac:link ac:anchor="[^"]+"><ri:page/,
  'a link to an anchor of the same page': /<ac:link ac:anchor="[^"]+"><ac:plain-text-link-body>/,
  'a link to an attachment': /<ac:link><ri:attachment ri:filename="[^"]+" \/>/,
  'a link to an attachment of another page': /<ac:link><ri:attachment ri:filename="[^"]+"><ri:page/,
  'a link with a body of markup': /<ac:link-body><em>/,
  'a link with a plain body': /<ac:plain-text-link-body><!\[CDATA\[/,
  'a link by content id': /<ri:content-entity ri:content-id="\d+" \/>/,
  'a link to a blog post':
    /<ri:blog-post ri:space-key="OPS" ri:content-title="[^"]+" ri:posting-day="\d{4}\/\d\d\/\d\d" \/>/,
  'a link by shortcut': /<ri:shortcut ri:key="ticket"/,
  'a link to a space': /<ac:link><ri:space /,
  'an image from an attachment with alt, width and caption':
    /<ac:image [^>]*ac:width="\d+"[^>]*ac:alt="[^"]+"><ri:attachment [^>]*><ac:caption>/,
  'an image from an address': /<ac:image [^>]*><ri:url /,
  'a smart link inline': /data-card-appearance="inline"/,
  'a smart link embedded': /data-card-appearance="embed"/,
  'a table with column widths': /<colgroup>/,
  'a cell over several columns': /<t[dh] [^>]*colspan="/,
  'a cell over several rows': /<t[dh] [^>]*rowspan="/,
  'a table in a table': /<td><table>/,
  'a list in a cell': /<td><ul>/,
  'a header column': /<tr><th>(?:(?!<\/th>).)*<\/th><td>/,
  'a decision list with a fallback': /<ac:adf-node type="decision-list">.*<ac:adf-fallback><ul/,
  'a panel as node with a fallback': /<ac:adf-node type="panel">.*<ac:adf-fallback><div/,
  'a placeholder': /<ac:placeholder>/,
  'an inline comment marker': /<ac:inline-comment-marker ac:ref="/,
  'a date': /<time datetime="\d{4}-\d\d-\d\d" \/>/,
  'layouts of several kinds': /ac:type="three_equal".*ac:type="two_right_sidebar"/s,
  'a space that does not break, as an entity': /&nbsp;/,
  'an apostrophe as an entity': /&rsquo;/,
  'a dash as an entity': /&mdash;/,
  superscript: /<sup>/,
  subscript: /<sub>/,
  'struck text': /<s>/,
  'underlined text': /<u>/,
  'coloured text': /<span style="color:/,
  'a quotation': /<blockquote>/,
  'a rule': /<hr \/>/,
  'a list of definitions': /<dl><dt>/,
  'a cell down to the last row': /rowspan="0"/,
  'an emoticon by name alone': /<ac:emoticon ac:name="\w+" \/>/,
  'a user of the older kind': /<ri:user ri:userkey=/,
  'brackets and an angle that do not end a CDATA': /\]\] >/,
  'a nested list': /<li><p>[^<]*<\/p><ul>/,
  'text from right to left': /dir="rtl"/,
  Japanese: /[\u3040-\u30ff]/,
  'an emoji': /\p{Extended_Pictographic}/u,
}
