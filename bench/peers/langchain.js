// One measurement of LangChain's Confluence loader: every space in turn, everything kept in memory, as `load()` does.
// node langchain.js URL USER KEY LIMIT SPACE… ; LIMIT 0 = the loader's own default. Prints one line of JSON.
import { ConfluencePagesLoader } from '@langchain/community/document_loaders/web/confluence'

const [url, username, accessToken, limit, ...spaces] = process.argv.slice(2)
const begun = performance.now()
let pages = 0
let characters = 0
for (const spaceKey of spaces) {
  const loader = new ConfluencePagesLoader({
    baseUrl: `${url}/wiki`,
    spaceKey,
    username,
    accessToken,
    ...(limit === '0' ? {} : { limit: Number(limit) }),
  })
  for (const document of await loader.load()) {
    pages += 1
    characters += document.pageContent.length
  }
}
console.log(JSON.stringify({ pages, characters, seconds: (performance.now() - begun) / 1000 }))
